"""What trackers and chats send back."""
