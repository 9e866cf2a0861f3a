import traceback


def f():
    traceback.print_stack()


f()
print(len(traceback.extract_stack()))
