import sys

print("text")
sys.stdout.buffer.write("ünï\n".encode())
print("text again", "\N{SNOWMAN}")
