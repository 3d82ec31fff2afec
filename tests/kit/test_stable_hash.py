from issue_intelligence.kit.stable_hash import stable_hash


def test_another_split_of_the_same_letters_hashes_differently() -> None:
    splits = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc"), ("1:a", "bc"), ("a1:b", "c")]
    assert len({stable_hash(*parts) for parts in splits}) == len(splits)


def test_hash_stays_the_same_from_release_to_release() -> None:
    # Ids are stored; a changed hash would make strangers of all alerts. sha256 of "1:a2:bc".
    assert stable_hash("a", "bc") == "5310a58788781ab25d5ad7c3f85035824b4eb7bdfa394e0ac2186271472b5492"


def test_a_lone_surrogate_is_hashed() -> None:
    assert stable_hash("\ud800") != stable_hash("\ud801")
