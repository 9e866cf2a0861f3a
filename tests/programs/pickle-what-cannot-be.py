import pickle


def make():
    return lambda: 1


try:
    pickle.dumps(lambda: 1)
except pickle.PicklingError as error:
    print(str(error).partition("<lambda>")[0] != "")
print(pickle.loads(pickle.dumps(make)) is make)
