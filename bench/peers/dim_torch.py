"""Deep Image Matting in plain PyTorch, both stages: the peer that ONNX Runtime is measured against.

    python3 dim_torch.py WEIGHTS.safetensors THREADS

Needs numpy and torch. Reads one JSON command a line from stdin and answers each with one line on stdout:

    {"input": PATH, "height": H, "width": W}       float32 (1, 4, H, W): R'G'B' 0..1, trimap 0 / 0.5 / 1; kept
    {"run": VARIANT, "output": PATH}               both stages; writes alpha, float32 (H, W); {"seconds": S}

Variants: `contiguous`, `channels_last` (memory layouts), `frozen` (traced, frozen, optimised for inference).
"""
import json
import struct
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

MEAN = [123.675 / 255, 116.28 / 255, 103.53 / 255]
DEVIATION = [58.395 / 255, 57.12 / 255, 57.375 / 255]
DEPTHS = (2, 2, 3, 3, 3)
WIDTHS = (64, 128, 256, 512, 512)


def read_safetensors(path):
    with open(path, 'rb') as file:
        (length,) = struct.unpack('<Q', file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop('__metadata__', None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        array = np.frombuffer(data[begin:end], np.float32).reshape(entry['shape'])
        tensors[name] = torch.from_numpy(array.copy())
    return tensors


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        inputs = 4
        for block, (depth, width) in enumerate(zip(DEPTHS, WIDTHS), 1):
            layers = []
            for _ in range(depth):
                layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU(inplace=True)]
                inputs = width
            setattr(self, f'layer{block}', nn.Sequential(*layers))
        self.conv6 = nn.Conv2d(512, 512, 1)

    def forward(self, x):
        indices = []
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4, self.layer5):
            x, where = F.max_pool2d(layer(x), 2, return_indices=True)
            indices.append(where)
        return F.relu(self.conv6(x), inplace=True), indices


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.deconv6_1 = nn.Conv2d(512, 512, 1)
        self.deconv5_1 = nn.Conv2d(512, 512, 5, padding=2)
        self.deconv4_1 = nn.Conv2d(512, 256, 5, padding=2)
        self.deconv3_1 = nn.Conv2d(256, 128, 5, padding=2)
        self.deconv2_1 = nn.Conv2d(128, 64, 5, padding=2)
        self.deconv1_1 = nn.Conv2d(64, 64, 5, padding=2)
        self.deconv1 = nn.Conv2d(64, 1, 5, padding=2)

    def forward(self, x, indices):
        x = F.relu(self.deconv6_1(x), inplace=True)
        layers = (self.deconv5_1, self.deconv4_1, self.deconv3_1, self.deconv2_1, self.deconv1_1)
        for layer, where in zip(layers, reversed(indices)):
            x = F.relu(layer(F.max_unpool2d(x, where, 2)), inplace=True)
        return self.deconv1(x)


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()


class Refiner(nn.Module):
    def __init__(self):
        super().__init__()
        self.refine_conv1 = nn.Conv2d(4, 64, 3, padding=1)
        self.refine_conv2 = nn.Conv2d(64, 64, 3, padding=1)
        self.refine_conv3 = nn.Conv2d(64, 64, 3, padding=1)
        self.refine_pred = nn.Conv2d(64, 1, 3, padding=1)

    def forward(self, x):
        for layer in (self.refine_conv1, self.refine_conv2, self.refine_conv3):
            x = F.relu(layer(x), inplace=True)
        return self.refine_pred(x)


class DeepImageMatting(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = Backbone()
        self.refiner = Refiner()
        self.register_buffer('mean', torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer('deviation', torch.tensor(DEVIATION).view(1, 3, 1, 1), persistent=False)

    def forward(self, x):
        colour, trimap = (x[:, :3] - self.mean) / self.deviation, x[:, 3:]
        features, indices = self.backbone.encoder(torch.cat([colour, trimap], 1))
        raw = self.backbone.decoder(features, indices)
        raw = raw + self.refiner(torch.cat([colour, torch.sigmoid(raw)], 1))
        alpha = torch.sigmoid(raw)
        return torch.where(trimap == 1, torch.ones_like(alpha), torch.where(trimap == 0, torch.zeros_like(alpha), alpha))


class Peer:
    def __init__(self, weights):
        self.model = DeepImageMatting().eval()
        # Strict: every parameter is there under its name, and none is left over.
        self.model.load_state_dict(read_safetensors(weights))
        self.x = None
        self.ready = {}

    def read_input(self, path, height, width):
        self.x = torch.from_numpy(np.fromfile(path, np.float32).reshape(1, 4, height, width))
        self.ready = {}

    def run(self, variant, output):
        if variant not in self.ready:
            self.ready[variant] = self.prepare(variant)
        model, x = self.ready[variant]
        start = time.perf_counter()
        alpha = model(x)
        seconds = time.perf_counter() - start
        alpha.contiguous().numpy().tofile(output)
        return seconds

    def prepare(self, variant):
        """The model and its input as a variant wants them: not part of the time."""
        if variant == 'contiguous':
            return self.model, self.x
        if variant == 'channels_last':
            model = DeepImageMatting().eval()
            model.load_state_dict(self.model.state_dict())
            return model.to(memory_format=torch.channels_last), self.x.contiguous(memory_format=torch.channels_last)
        if variant == 'frozen':
            traced = torch.jit.freeze(torch.jit.trace(self.model, self.x, check_trace=False))
            return torch.jit.optimize_for_inference(traced), self.x
        raise ValueError(f'no variant {variant}')


def main():
    weights, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    peer = Peer(weights)
    print(json.dumps({'torch': torch.__version__, 'threads': torch.get_num_threads()}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        with torch.no_grad():
            if 'input' in command:
                peer.read_input(command['input'], command['height'], command['width'])
                answer = {}
            else:
                answer = {'seconds': peer.run(command['run'], command['output'])}
        print(json.dumps(answer), flush=True)


main()
