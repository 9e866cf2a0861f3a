import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
(x**2).sum().backward()
print(x.grad, x)
print(torch.arange(4).view(2, 2) @ torch.ones(2, dtype=torch.long))
