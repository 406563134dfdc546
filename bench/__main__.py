"""``make bench``: measure and print."""

from bench import estimate_ratio, policies

if __name__ == "__main__":
    estimate_ratio.main()
    policies.main()
