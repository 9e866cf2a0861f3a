import traceback

try:
    {}["a"]
except KeyError:
    print(traceback.format_exc())
