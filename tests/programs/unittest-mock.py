from unittest import mock

with mock.patch("builtins.print") as fake:
    print("swallowed", end="")
print(fake.call_args)
m = mock.Mock(return_value=3)
print(m(1, x=2), m.call_count)
m.assert_called_with(2)
