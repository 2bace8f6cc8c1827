"""Curves of runs: growing data, the charts that draw it, and what can be exported from them."""
