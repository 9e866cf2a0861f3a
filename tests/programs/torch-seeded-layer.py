import torch

torch.manual_seed(0)
layer = torch.nn.Linear(2, 1)
print(layer, [tuple(p.shape) for p in layer.parameters()])
print(torch.rand(2).tolist() == torch.manual_seed(0) and "never", layer.weight.requires_grad)
layer(torch.ones(3))
