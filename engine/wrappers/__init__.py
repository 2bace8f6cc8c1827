"""What stands between an environment and the policy: each wrapper changes one thing that the policy sees."""
