import inspect


def area(r):
    # A comment.
    return 3 * r**2


print(inspect.getsource(area))
print(inspect.getsourcelines(area)[1], inspect.getfile(area))
print(inspect.signature(area), inspect.getcomments(area))
