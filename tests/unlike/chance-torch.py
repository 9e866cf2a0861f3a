# refused: chance
import torch

print((torch.rand(3) > 1e-6).all().item())
