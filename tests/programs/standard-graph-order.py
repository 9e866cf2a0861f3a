from graphlib import CycleError, TopologicalSorter

print(list(TopologicalSorter({"c": ["b"], "b": ["a"]}).static_order()))
try:
    list(TopologicalSorter({"a": ["b"], "b": ["a"]}).static_order())
except CycleError as error:
    print(sorted(set(error.args[1])))
