"""What owns state: rollout workers on actors or in this process, the calls to them, and their supervision."""
