import sys

sys.stdout.reconfigure(encoding="ascii", errors="backslashreplace")
print("naïve 🐍")
sys.stdout.reconfigure(encoding="utf-8", newline="\r\n")
print("naïve")
