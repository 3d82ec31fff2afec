"""Writes what Grafana reads at its start: alert rules, contact point, policy and dashboard."""
