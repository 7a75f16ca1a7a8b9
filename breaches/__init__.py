"""The register of breaches (GDPR art. 33(5)): every one, its clock, whom it reached, what was told to whom."""
