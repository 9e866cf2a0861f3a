print(0.1 + 0.2, 1e16, 1e-5, 2.675, round(2.675, 2), round(0.5), round(1.5))
print(float("nan") == float("nan"), float("inf") - float("inf"), -0.0, 1e308 * 10)
print((0.1).hex(), (0.1).as_integer_ratio(), 7 // -2, 7 % -2, -7.5 // 2)
print(f"{1/3:.20f} {12345.678:e} {0.00001234:g} {5:08.3f} {-5:+d} {255:#x} {1e6:,.1f}")
