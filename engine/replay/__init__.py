"""Replay buffers in plain numpy: what a shard of one keeps, and how it draws from it. Free of torch and Ray."""
