"""`python -m nnanki`."""

from nnanki.cli import main

if __name__ == "__main__":
    main()
