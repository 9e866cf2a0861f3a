# refused: memory
class A: pass
class B: pass
class C: pass
class D: pass


print([c.__name__ for c in {A, B, C, D}])
