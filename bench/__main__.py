"""``make bench``: measure and print."""

from bench import estimate_ratio, policies, vial_choice

if __name__ == "__main__":
    estimate_ratio.main()
    policies.main()
    vial_choice.main()
