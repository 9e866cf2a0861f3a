import csv
import sys

with open("people.csv", "w", newline="") as f:
    writer = csv.DictWriter(f, ["name", "born"])
    writer.writeheader()
    writer.writerow({"name": "Ada, Countess", "born": 1815})
print(open("people.csv", newline="").read())
for row in csv.DictReader(open("people.csv", newline="")):
    print(row)
csv.writer(sys.stdout).writerow(["a", 'say "hi"'])
