#!/usr/bin/env python3
"""PyTorch: torch_peer.py PRECISION func|eager|channels|compile|jd. func is vmap over tasks, eager a loop over them, channels that
with images as channels-last, compile compiled, jd TorchJD."""
import os
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.func import functional_call, grad, vmap

from serve import serve, sinusoid

PRECISION, KIND = sys.argv[1:3]
DT = torch.float64 if PRECISION == "float64" else torch.float32
torch.set_default_dtype(DT)
torch.set_num_threads(len(os.sched_getaffinity(0)))
torch.manual_seed(0)


def network(sizes, act, std=None):
    layers = []
    for i in range(len(sizes) - 1):
        layers += [nn.Linear(sizes[i], sizes[i + 1]), act()]
        if std:
            nn.init.trunc_normal_(layers[-2].weight, 0.0, std, -2 * std, 2 * std)
            nn.init.zeros_(layers[-2].bias)
    return nn.Sequential(*layers[:-1])


def meta(net, loss, draw, steps, rate, mode, opt):
    """One meta-iteration: draw() gives support x, y and query x, y of all tasks."""
    def value(params, x, y):
        return loss(functional_call(net, params, (x,)), y)

    def adapt(params, x, y):
        for _ in range(steps):
            g = grad(value)(params, x, y)
            if mode == "fomaml":
                g = {k: v.detach() for k, v in g.items()}
            params = {k: p - rate * g[k] for k, p in params.items()}
        return params

    def batched():
        params = {k: p.detach() for k, p in net.named_parameters()}
        xs, ys, xq, yq = draw()
        if mode == "reptile":
            fast = vmap(lambda a, b: adapt(params, a, b))(xs, ys)
            g = {k: (p - fast[k].mean(0)) / rate for k, p in params.items()}
        else:
            def mean_loss(p):
                return vmap(lambda a, b, c, d: value(adapt(p, a, b), c, d))(xs, ys, xq, yq).mean()
            g = grad(mean_loss)(params)
        for k, p in net.named_parameters():
            p.grad = g[k]
        opt.step()

    def one_by_one():
        names = [k for k, _ in net.named_parameters()]
        theta = [p for _, p in net.named_parameters()]
        xs, ys, xq, yq = draw()
        opt.zero_grad()
        for k in range(len(xs)):
            p = [t.detach().requires_grad_() for t in theta] if mode == "reptile" else theta
            first = p
            for _ in range(steps):
                g = torch.autograd.grad(value(dict(zip(names, p)), xs[k], ys[k]), p, create_graph=mode == "maml")
                p = [a - rate * d for a, d in zip(p, g)]
            if mode == "reptile":
                for t, a, b in zip(theta, first, p):
                    d = (a - b).detach() / rate / len(xs)
                    t.grad = d if t.grad is None else t.grad + d
            else:
                (value(dict(zip(names, p)), xq[k], yq[k]) / len(xs)).backward()
        opt.step()
    return batched if KIND == "func" else one_by_one


def timed(step):
    def run(n):
        t0 = time.perf_counter()
        for _ in range(n):
            step()
        return n, time.perf_counter() - t0
    return run


def mse(z, y):
    return ((z - y) ** 2).mean()


def meta_sinusoid(job):
    net = network([1, job["width"], job["width"], 1], nn.Tanh if job["tanh"] else nn.ReLU, 0.01)

    def draw():
        tasks = job["tasks"]
        amp, phase = 0.1 + 4.9 * torch.rand(tasks, 1, 1), np.pi * torch.rand(tasks, 1, 1)
        x = -5.0 + 10.0 * torch.rand(tasks, 20, 1)
        y = amp * torch.sin(x - phase)
        return x[:, :10], y[:, :10], x[:, 10:], y[:, 10:]
    return timed(meta(net, mse, draw, job["steps"], 0.01, job["mode"], torch.optim.Adam(net.parameters(), 1e-3)))


def waves():
    """Support x, y and query x, y of 25 tasks."""
    amp, phase = 0.1 + 4.9 * torch.rand(25, 1, 1), np.pi * torch.rand(25, 1, 1)
    x = -5.0 + 10.0 * torch.rand(25, 20, 1)
    y = amp * torch.sin(x - phase)
    return x[:, :10], y[:, :10], x[:, 10:], y[:, 10:]


def trained_on_waves(net):
    """Steps of the fused Adam on the mean loss of net(support x, support y, query x) over 25 tasks, all tasks at once."""
    def loss(xs, ys, xq, yq):
        z = net(xs, ys, xq)
        s = 0.1 + 0.9 * nn.functional.softplus(z[..., 1:])
        return (0.5 * np.log(2 * np.pi) + s.log() + 0.5 * ((yq - z[..., :1]) / s) ** 2).mean()
    step = trained(loss, list(net.parameters()), waves())
    return timed(lambda: step(*waves()))


class NeuralProcess(nn.Module):
    """Four layers of 128 that read pairs, their mean, three that predict."""

    def __init__(self):
        super().__init__()
        self.encoder = network([2, 128, 128, 128, 128], nn.ReLU)
        self.decoder = network([129, 128, 128, 2], nn.ReLU)

    def forward(self, xs, ys, xq):
        r = self.encoder(torch.cat([xs, ys], 2)).mean(1, keepdim=True)
        return self.decoder(torch.cat([r.expand(-1, xq.shape[1], -1), xq], 2))


class Block(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.n1, self.n2, self.heads = nn.LayerNorm(width), nn.LayerNorm(width), heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.mlp = network([width, hidden, width], nn.GELU)

    def forward(self, h, first, keys):
        z = self.n1(h)

        def split(v):
            return v.unflatten(2, (self.heads, -1)).transpose(1, 2)
        a = nn.functional.scaled_dot_product_attention(split(self.q(z[:, first:])), split(self.k(z[:, :keys])), split(self.v(z[:, :keys])))
        h = h[:, first:] + self.o(a.transpose(1, 2).flatten(2))
        return h + self.mlp(self.n2(h))


class InContext(nn.Module):
    """A transformer without order: two blocks of width 64, four heads, 128 hidden units and GELU, norms before."""

    def __init__(self, width=64):
        super().__init__()
        self.start = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.x, self.y = nn.Linear(1, width), nn.Linear(1, width, bias=False)
        self.one, self.two = Block(width, 4, 128), Block(width, 4, 128)
        self.n, self.head = nn.LayerNorm(width), nn.Linear(width, 2)

    def forward(self, xs, ys, xq):
        keys = 1 + xs.shape[1]
        h = torch.cat([self.start.expand(len(xs), -1, -1), self.x(xs) + self.y(ys), self.x(xq)], 1)
        return self.head(self.n(self.two(self.one(h, 0, keys), keys, keys)))


def images():
    net = network([784, 256, 128, 64, 64, 5], nn.ReLU)
    data = (torch.rand(32, 5, 784), (torch.arange(5) % 5).repeat(32, 1), torch.rand(32, 75, 784), (torch.arange(75) % 5).repeat(32, 1))
    opt = torch.optim.Adam(net.parameters(), 1e-6)
    return timed(meta(net, nn.functional.cross_entropy, lambda: data, 1, 0.4, "maml", opt))


def article():
    rng = np.random.RandomState(0)
    x = rng.rand(100, 2)
    y1 = torch.tensor(x @ [1, 2] + rng.randn(100)).to(DT)[:, None]
    y2 = torch.tensor(np.where(x[:, 0] > 0.5, 1.0, 0.0)).to(DT)[:, None]
    x = torch.tensor(x).to(DT)

    def train():
        trunk, a, b = nn.Linear(2, 4), nn.Linear(4, 1), nn.Linear(4, 1)
        opt = torch.optim.Adam([*trunk.parameters(), *a.parameters(), *b.parameters()], 0.01, eps=1e-7)
        for _ in range(100):
            opt.zero_grad()
            h = torch.relu(trunk(x))
            loss = mse(a(h), y1) + nn.functional.binary_cross_entropy_with_logits(b(h), y2)
            loss.backward()
            opt.step()
    return timed(train)


def five_tasks(name):
    from torchjd.aggregation import MGDA, UPGrad
    from torchjd.autojac import jac_to_grad, mtl_backward
    trunk = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU())
    heads = [nn.Linear(256, 1) for _ in range(5)]
    x, ys = torch.randn(256, 64), [torch.randn(256, 1) for _ in range(5)]
    aggregator = MGDA() if name == "mtl-mgda" else UPGrad()
    opt = torch.optim.SGD([*trunk.parameters(), *(p for h in heads for p in h.parameters())], 1e-4)

    def step():
        opt.zero_grad()
        features = trunk(x)
        mtl_backward([mse(h(features), y) for h, y in zip(heads, ys)], features=features)
        jac_to_grad(trunk.parameters(), aggregator)
        opt.step()
    return timed(step)


def trained(loss, params, inputs):
    """A step of the fused Adam on loss(*inputs); compile compiles the loss with its gradient."""
    opt = torch.optim.Adam(params, 1e-3, fused=True)
    value = torch.compile(loss) if KIND == "compile" else loss

    def step(*inputs):
        opt.zero_grad()
        value(*inputs).backward()
        opt.step()
    step(*inputs)
    return step


def epoch():
    """An epoch of five tasks: 100,000 rows in 391 batches of 256, shuffled; the five heads are one product."""
    rows, batch, steps = 100_000, 256, 391
    net = network([50, 128, 128, 5], nn.ReLU)
    x, y = torch.randn(rows, 50), torch.randn(rows, 5)
    step = trained(lambda a, b: ((net(a) - b) ** 2).mean(0).sum(), list(net.parameters()), (x[:batch], y[:batch]))

    def run():
        order = torch.randperm(rows)
        order = torch.cat([order, order])[:steps * batch].view(steps, batch)
        for o in order:
            step(x[o], y[o])
    return timed(run)


def mixture():
    """A step of a mixture of experts: 256 rows, 8 experts of 64-32, four tasks; the experts of a layer are one product."""
    x, y = torch.randn(256, 50), torch.randn(4, 256, 1)
    params = []

    def many(n, a, b):
        params.extend([(torch.randn(n, a, b) / a ** 0.5).requires_grad_(), torch.zeros(n, 1, b, requires_grad=True)])
    for sizes in (8, 50, 64), (8, 64, 32), (4, 50, 8), (4, 32, 32), (4, 32, 1):
        many(*sizes)

    def layer(k, h):
        return torch.baddbmm(params[2 * k + 1], h if h.dim() == 3 else h.expand(len(params[2 * k]), -1, -1), params[2 * k])

    def loss(x, y):
        h = torch.relu(layer(1, torch.relu(layer(0, x))))  # experts × rows × units
        gates = torch.softmax(layer(2, x), -1)  # tasks × rows × experts
        z = layer(4, torch.relu(layer(3, torch.einsum("tre,eru->tru", gates, h))))
        return ((z - y) ** 2).mean((1, 2)).sum()
    step = trained(loss, params, (x, y))
    return timed(lambda: step(x, y))


class Blocks(nn.Module):
    """Four blocks of 64 filters, normalised by the batch at hand: pooled, or strided with a mean over the places."""

    def __init__(self, strided, outputs=0):
        super().__init__()
        self.strided = strided
        self.convs = nn.ModuleList([nn.Conv2d(64 if k else 1, 64, 3, 2 if strided else 1, 1, bias=False) for k in range(4)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(64, track_running_stats=False) for _ in range(4)])
        if outputs:
            self.head = nn.Linear(64, outputs)

    def embed(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = torch.relu(norm(conv(x)))
            if not self.strided:
                x = nn.functional.max_pool2d(x, 2)
        return x.mean((2, 3)) if self.strided else x.flatten(1)

    def forward(self, x):
        return self.head(self.embed(x))


def layout(x):
    return x.to(memory_format=torch.channels_last) if KIND == "channels" else x


def prototypes():
    """60 classes, five drawings to learn from and five to tell, Adam."""
    ways, shots = 60, 5
    net = layout(Blocks(False))
    xs, xq = layout(torch.rand(ways * shots, 1, 28, 28)), layout(torch.rand(ways * shots, 1, 28, 28))
    y = torch.arange(ways * shots) % ways

    def loss(xs, xq):
        means = net.embed(xs).view(shots, ways, -1).mean(0)
        q = net.embed(xq)
        distances = (q * q).sum(1, keepdim=True) + (means * means).sum(1) - 2 * q @ means.T
        return nn.functional.cross_entropy(-distances, y)
    step = trained(loss, list(net.parameters()), (xs, xq))
    return timed(lambda: step(xs, xq))


def conv_maml(strided):
    """5-way 1-shot, five to tell of each, four tasks, one inner step, second order, Adam."""
    net = layout(Blocks(strided, 5))
    data = (torch.rand(4, 5, 1, 28, 28), (torch.arange(5) % 5).repeat(4, 1), torch.rand(4, 25, 1, 28, 28), (torch.arange(25) % 5).repeat(4, 1))
    if KIND == "channels":
        data = ([layout(x) for x in data[0]], data[1], [layout(x) for x in data[2]], data[3])
    opt = torch.optim.Adam(net.parameters(), 1e-6)
    return timed(meta(net, nn.functional.cross_entropy, lambda: data, 1, 0.4, "maml", opt))


def prepare(name):
    if name == "conv-prototypes":
        return prototypes()
    if name.startswith("conv-maml"):
        return conv_maml(name == "conv-maml")
    if name == "cnp":
        return trained_on_waves(NeuralProcess())
    if name == "in-context":
        return trained_on_waves(InContext())
    if name == "mtl-epoch":
        return epoch()
    if name == "mtl-mmoe":
        return mixture()
    if name.startswith("mtl-"):
        return five_tasks(name)
    if name == "omniglot-dense":
        return images()
    if name == "article-mtl":
        return article()
    return meta_sinusoid(sinusoid(name))


version = "torch " + torch.__version__.split("+")[0]
if KIND == "jd":
    from importlib.metadata import version as of
    version += ", torchjd " + of("torchjd")
serve(prepare, version)
