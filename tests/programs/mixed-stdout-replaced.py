import io
import sys

sys.stdout = io.StringIO()
print("kept")
text = sys.stdout.getvalue()
sys.stdout = sys.__stdout__
print("it was", repr(text))
