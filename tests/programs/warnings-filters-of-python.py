import warnings

for action, message, category, module, line in warnings.filters:
    print(action, category.__name__, module)
