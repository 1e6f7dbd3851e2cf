#!/usr/bin/env python3
"""JAX: jax_peer.py PRECISION scan|step. scan keeps up to 100 iterations inside one compiled loop, step calls the compiled step."""
import os
import sys
import time

PRECISION, LOOP = sys.argv[1:3]
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1" if PRECISION == "float64" else "0"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from jax import lax  # noqa: E402

from serve import serve, sinusoid  # noqa: E402

DT = jnp.float64 if PRECISION == "float64" else jnp.float32


def adam(params, m, v, t, g, lr, b1=0.9, b2=0.999, eps=1e-8):
    t = t + 1
    m = jax.tree.map(lambda a, d: b1 * a + (1 - b1) * d, m, g)
    v = jax.tree.map(lambda a, d: b2 * a + (1 - b2) * d * d, v, g)
    c1, c2 = 1 - b1 ** t.astype(DT), 1 - b2 ** t.astype(DT)
    return jax.tree.map(lambda p, a, b: p - lr * (a / c1) / (jnp.sqrt(b / c2) + eps), params, m, v), m, v, t


def keras_adam(params, m, v, t, g, lr, b1=0.9, b2=0.999, eps=1e-7):
    t = t + 1
    m = jax.tree.map(lambda a, d: b1 * a + (1 - b1) * d, m, g)
    v = jax.tree.map(lambda a, d: b2 * a + (1 - b2) * d * d, v, g)
    rate = lr * jnp.sqrt(1 - b2 ** t.astype(DT)) / (1 - b1 ** t.astype(DT))
    return jax.tree.map(lambda p, a, b: p - rate * a / (jnp.sqrt(b) + eps), params, m, v), m, v, t


def dense(key, sizes, std=None):
    params = []
    for i, k in enumerate(jax.random.split(key, len(sizes) - 1)):
        s = std or np.sqrt(2 / (sizes[i] + sizes[i + 1]))
        params.append((s * jax.random.truncated_normal(k, -2.0, 2.0, (sizes[i], sizes[i + 1]), DT), jnp.zeros((sizes[i + 1],), DT)))
    return params


def forward(params, x, act):
    for w, b in params[:-1]:
        x = act(x @ w + b)
    w, b = params[-1]
    return x @ w + b


def start(params):
    zeros = jax.tree.map(jnp.zeros_like, params)
    return params, zeros, zeros, jnp.zeros((), jnp.int32)


def adapt(loss, params, x, y, steps, rate, mode):
    for _ in range(steps):
        g = jax.grad(loss)(params, x, y)
        if mode == "fomaml":
            g = jax.tree.map(lax.stop_gradient, g)
        params = jax.tree.map(lambda p, d: p - rate * d, params, g)
    return params


def meta_gradient(loss, params, xs, ys, xq, yq, steps, rate, mode):
    if mode == "reptile":
        fast = jax.vmap(lambda a, b: adapt(loss, params, a, b, steps, rate, mode))(xs, ys)
        return jax.tree.map(lambda p, f: jnp.mean(p[None] - f, 0) / rate, params, fast)

    def task(p, a, b, c, d):
        return loss(adapt(loss, p, a, b, steps, rate, mode), c, d)
    return jax.grad(lambda p: jnp.mean(jax.vmap(task, (None, 0, 0, 0, 0))(p, xs, ys, xq, yq)))(params)


def meta_sinusoid(job):
    act = jnp.tanh if job["tanh"] else jax.nn.relu

    def loss(p, x, y):
        return jnp.mean((forward(p, x, act) - y) ** 2)

    def step(state, key):
        key, ka, kp, kx = jax.random.split(key, 4)
        tasks = job["tasks"]
        amp = jax.random.uniform(ka, (tasks, 1, 1), DT, 0.1, 5.0)
        phase = jax.random.uniform(kp, (tasks, 1, 1), DT, 0.0, np.pi)
        x = jax.random.uniform(kx, (tasks, 20, 1), DT, -5.0, 5.0)
        y = amp * jnp.sin(x - phase)
        g = meta_gradient(loss, state[0], x[:, :10], y[:, :10], x[:, 10:], y[:, 10:], job["steps"], 0.01, job["mode"])
        return adam(*state, g, 1e-3), key
    k0, key = jax.random.split(jax.random.PRNGKey(0))
    size = (job["width"] / 40) ** 2 * job["tasks"] / 25 * job["steps"]  # beside the standard benchmark
    chunk = int(min(100, max(1, 100 / size)))
    return looped(step, start(dense(k0, [1, job["width"], job["width"], 1], 0.01)), key, chunk)


def waves(key):
    """Support x, y and query x, y of 25 tasks, and the next key."""
    key, ka, kp, kx = jax.random.split(key, 4)
    amp = jax.random.uniform(ka, (25, 1, 1), DT, 0.1, 5.0)
    phase = jax.random.uniform(kp, (25, 1, 1), DT, 0.0, np.pi)
    x = jax.random.uniform(kx, (25, 20, 1), DT, -5.0, 5.0)
    y = amp * jnp.sin(x - phase)
    return (x[:, :10], y[:, :10], x[:, 10:], y[:, 10:]), key


def trained_on_waves(task_loss, params):
    """Steps of Adam on the mean over 25 tasks."""
    def step(state, key):
        sets, key = waves(key)
        g = jax.grad(lambda p: jnp.mean(jax.vmap(task_loss, (None, 0, 0, 0, 0))(p, *sets)))(state[0])
        return adam(*state, g, 1e-3), key
    return looped(step, start(params), jax.random.PRNGKey(1), 100 if len(params) < 5 else 20)


def square(z, y):
    return jnp.mean((z - y) ** 2)


def gaussian(z, y):
    """The negative log density; σ = 0.1 + 0.9 softplus."""
    m, s = z[:, :1], 0.1 + 0.9 * jax.nn.softplus(z[:, 1:])
    return jnp.mean(0.5 * np.log(2 * np.pi) + jnp.log(s) + 0.5 * ((y - m) / s) ** 2)


def anil():
    """The last layer adapts in one step; the meta-gradient runs through it."""
    def loss(p, xs, ys, xq, yq):
        features = [jax.nn.relu(forward(p[:-1], x, jax.nn.relu)) for x in (xs, xq)]
        head = adapt(lambda h, a, b: square(forward(h, a, None), b), p[-1:], features[0], ys, 1, 0.01, "maml")
        return square(forward(head, features[1], None), yq)
    return trained_on_waves(loss, dense(jax.random.PRNGKey(0), [1, 40, 40, 1], 0.01))


def cavia():
    """A context of five numbers adapts in one step of rate 1."""
    def loss(p, xs, ys, xq, yq):
        def inner(c, x, y):
            first = x @ p[0][0][:1] + (c @ p[0][0][1:] + p[0][1])  # which is [x, c] times the weights
            return square(forward(p[1:], jax.nn.relu(first), jax.nn.relu), y)
        return inner(adapt(inner, jnp.zeros(5, DT), xs, ys, 1, 1.0, "maml"), xq, yq)
    return trained_on_waves(loss, dense(jax.random.PRNGKey(0), [6, 40, 40, 1]))


def neural_process():
    """The conditional neural process: four layers of 128 that read pairs, their mean, three that predict."""
    def loss(p, xs, ys, xq, yq):
        r = jnp.mean(forward(p[:4], jnp.concatenate([xs, ys], 1), jax.nn.relu), 0)
        z = jnp.concatenate([jnp.broadcast_to(r, (len(xq), 128)), xq], 1)
        return gaussian(forward(p[4:], z, jax.nn.relu), yq)
    return trained_on_waves(loss, dense(jax.random.PRNGKey(0), [2, 128, 128, 128, 128]) +
                            dense(jax.random.PRNGKey(1), [129, 128, 128, 2]))


def in_context():
    """A transformer without order: two blocks of width 64, four heads, 128 hidden units and GELU, norms before."""
    width, heads, hidden = 64, 4, 128

    def norm(p, h):
        h = h - jnp.mean(h, 1, keepdims=True)
        return h * lax.rsqrt(jnp.mean(h * h, 1, keepdims=True) + 1e-5) * p[0] + p[1]

    def split(h):
        return h.reshape(len(h), heads, -1)

    def block(p, h, first, keys):
        z = norm(p["n1"], h)
        q, k, v = split(z[first:] @ p["q"]), split(z[:keys] @ p["k"]), split(z[:keys] @ p["v"])
        a = jax.nn.softmax(jnp.einsum("ihd,jhd->hij", q, k) / np.sqrt(width / heads))
        h = h[first:] + jnp.einsum("hij,jhd->ihd", a, v).reshape(-1, width) @ p["o"]
        return h + forward(p["mlp"], norm(p["n2"], h), lambda x: jax.nn.gelu(x, approximate=False))

    def loss(p, xs, ys, xq, yq):
        keys = 1 + len(xs)
        h = jnp.concatenate([p["start"], xs @ p["x"] + ys @ p["y"] + p["b"], xq @ p["x"] + p["b"]])
        h = block(p["blocks"][0], h, 0, keys)
        h = block(p["blocks"][1], h, keys, keys)
        return gaussian(forward(p["head"], norm(p["n"], h), None), yq)

    rng = np.random.default_rng(0)

    def weights(*shape):
        return jnp.asarray(rng.standard_normal(shape) * np.sqrt(2 / sum(shape)), DT)
    ones = (jnp.ones(width, DT), jnp.zeros(width, DT))
    params = {"start": weights(1, width), "x": weights(1, width), "y": weights(1, width), "b": ones[1], "n": ones,
              "head": dense(jax.random.PRNGKey(90), [width, 2])}
    params["blocks"] = [{"n1": ones, "n2": ones, "mlp": dense(jax.random.PRNGKey(91 + k), [width, hidden, width]),
                         **{name: weights(width, width) for name in "qkvo"}} for k in range(2)]
    return trained_on_waves(loss, params)


def images():
    rng = np.random.default_rng(1)
    xs, xq = jnp.asarray(rng.random((32, 5, 784)), DT), jnp.asarray(rng.random((32, 75, 784)), DT)
    ys, yq = jnp.asarray(np.tile(np.arange(5) % 5, (32, 1))), jnp.asarray(np.tile(np.arange(75) % 5, (32, 1)))

    def loss(p, x, y):
        z = jax.nn.log_softmax(forward(p, x, jax.nn.relu))
        return -jnp.mean(jnp.take_along_axis(z, y[:, None], 1))

    def step(state, key):
        return adam(*state, meta_gradient(loss, state[0], xs, ys, xq, yq, 1, 0.4, "maml"), 1e-6), key
    key = jax.random.PRNGKey(0)
    return looped(step, start(dense(key, [784, 256, 128, 64, 64, 5])), key, 4)


def article():
    rng = np.random.RandomState(0)
    x = rng.rand(100, 2)
    y1 = jnp.asarray(x @ [1, 2] + rng.randn(100), DT)[:, None]
    y2 = jnp.asarray(np.where(x[:, 0] > 0.5, 1.0, 0.0), DT)[:, None]
    x = jnp.asarray(x, DT)

    def loss(p):
        h = jax.nn.relu(x @ p[0][0] + p[0][1])
        a, z = h @ p[1][0] + p[1][1], h @ p[2][0] + p[2][1]
        return jnp.mean((a - y1) ** 2) + jnp.mean(jnp.maximum(z, 0) - z * y2 + jnp.log1p(jnp.exp(-jnp.abs(z))))

    def step(state, _):
        return keras_adam(*state, jax.grad(loss)(state[0]), 0.01), None
    first = start(dense(jax.random.PRNGKey(0), [2, 4]) + dense(jax.random.PRNGKey(1), [4, 1]) + dense(jax.random.PRNGKey(2), [4, 1]))
    if LOOP == "scan":
        train = jax.jit(lambda s: lax.scan(step, s, None, length=100)[0])
    else:
        once = jax.jit(lambda s: step(s, None)[0])

        def train(s):
            for _ in range(100):
                s = once(s)
            return s

    def run(n):
        t0 = time.perf_counter()
        for _ in range(n):
            jax.block_until_ready(train(first))
        return n, time.perf_counter() - t0
    return run


def epoch():
    """An epoch of five tasks: 100,000 rows in 391 batches of 256, in an order that numpy drew."""
    rows, batch, steps = 100_000, 256, 391
    rng = np.random.default_rng(3)
    x, y = jnp.asarray(rng.standard_normal((rows, 50)), DT), jnp.asarray(rng.standard_normal((rows, 5)), DT)
    k1, k2 = jax.random.split(jax.random.PRNGKey(0))

    def loss(p, a, b):
        z = jax.nn.relu(forward(p[0], a, jax.nn.relu))
        return jnp.sum(jnp.mean((forward(p[1], z, None) - b) ** 2, 0))  # the five heads as one product

    def step(state, order):
        return adam(*state, jax.grad(loss)(state[0], x[order], y[order]), 1e-3), None
    state = [start((dense(k1, [50, 128, 128]), dense(k2, [128, 5])))]
    many, once = jax.jit(lambda s, o: lax.scan(step, s, o)[0]), jax.jit(lambda s, o: step(s, o)[0])

    def run(n):
        t0 = time.perf_counter()
        for _ in range(n):
            order = np.resize(rng.permutation(rows), (steps, batch))
            if LOOP == "scan":
                state[0] = many(state[0], jnp.asarray(order))
            else:
                for o in jnp.asarray(order):
                    state[0] = once(state[0], o)
        jax.block_until_ready(state)
        return n, time.perf_counter() - t0
    return run


def mixture():
    """A step of a mixture of experts: 256 rows, 8 experts of 64-32, four tasks; the experts of a layer are one product."""
    rng = np.random.default_rng(3)
    x, y = jnp.asarray(rng.standard_normal((256, 50)), DT), jnp.asarray(rng.standard_normal((4, 256, 1)), DT)

    def many(n, *shape):
        return jnp.asarray(rng.standard_normal((n, *shape)) / np.sqrt(shape[0]), DT), jnp.zeros((n, 1, shape[1]), DT)

    def layer(p, h):
        return h @ p[0] + p[1]

    def loss(p):
        h = jax.nn.relu(layer(p[1], jax.nn.relu(layer(p[0], x))))  # experts × rows × units
        gates = jax.nn.softmax(layer(p[2], x), -1)  # tasks × rows × experts
        z = layer(p[4], jax.nn.relu(layer(p[3], jnp.einsum("tre,eru->tru", gates, h))))
        return jnp.sum(jnp.mean((z - y) ** 2, (1, 2)))

    def step(state, key):
        return adam(*state, jax.grad(loss)(state[0]), 1e-3), key
    params = [many(8, 50, 64), many(8, 64, 32), many(4, 50, 8), many(4, 32, 32), many(4, 32, 1)]
    return looped(step, start(params), jax.random.PRNGKey(0), 20)


def blocks(p, x, strided):
    """Four blocks of 64 filters, normalised by the batch at hand: pooled, or strided with a mean over the places."""
    for w, gain, bias in p:
        s = 2 if strided else 1
        x = lax.conv_general_dilated(x, w, (s, s), ((1, 1), (1, 1)), dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x = x - jnp.mean(x, (0, 1, 2))
        x = jax.nn.relu(x * lax.rsqrt(jnp.mean(x * x, (0, 1, 2)) + 1e-5) * gain + bias)
        if not strided:
            x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    return jnp.mean(x, (1, 2)) if strided else x.reshape(len(x), -1)


def conv_params(rng):
    return [(jnp.asarray(rng.standard_normal((3, 3, 64 if k else 1, 64)) * 0.05, DT), jnp.ones(64, DT), jnp.zeros(64, DT)) for k in range(4)]


def prototypes():
    """60 classes, five drawings to learn from and five to tell, Adam."""
    ways, shots = 60, 5
    rng = np.random.default_rng(1)
    xs, xq = (jnp.asarray(rng.random((ways * shots, 28, 28, 1)), DT) for _ in range(2))
    y = jnp.asarray(np.arange(ways * shots) % ways)

    def loss(p):
        means = blocks(p, xs, False).reshape(shots, ways, -1).mean(0)
        q = blocks(p, xq, False)
        z = jax.nn.log_softmax(2 * q @ means.T - jnp.sum(q * q, 1, keepdims=True) - jnp.sum(means * means, 1))
        return -jnp.mean(jnp.take_along_axis(z, y[:, None], 1))

    def step(state, key):
        return adam(*state, jax.grad(loss)(state[0]), 1e-3), key
    return looped(step, start(conv_params(rng)), jax.random.PRNGKey(0), 1)


def conv_maml(strided):
    """5-way 1-shot, five to tell of each, four tasks, one inner step, second order, Adam."""
    rng = np.random.default_rng(1)
    xs, xq = jnp.asarray(rng.random((4, 5, 28, 28, 1)), DT), jnp.asarray(rng.random((4, 25, 28, 28, 1)), DT)
    ys, yq = jnp.asarray(np.tile(np.arange(5) % 5, (4, 1))), jnp.asarray(np.tile(np.arange(25) % 5, (4, 1)))

    def loss(p, x, y):
        z = jax.nn.log_softmax(blocks(p[0], x, strided) @ p[1] + p[2])
        return -jnp.mean(jnp.take_along_axis(z, y[:, None], 1))

    def step(state, key):
        return adam(*state, meta_gradient(loss, state[0], xs, ys, xq, yq, 1, 0.4, "maml"), 1e-6), key
    params = (conv_params(rng), jnp.asarray(rng.standard_normal((64, 5)) * 0.1, DT), jnp.zeros(5, DT))
    return looped(step, start(params), jax.random.PRNGKey(0), 2)


def looped(step, state, key, chunk):
    holder = [state, key]
    if LOOP == "scan":
        many = jax.jit(lambda s, k: lax.scan(lambda c, _: (step(*c), None), (s, k), None, length=chunk)[0])
    else:
        many, chunk = jax.jit(step), 1

    def run(n):
        calls = -(-n // chunk)
        t0 = time.perf_counter()
        for _ in range(calls):
            holder[:] = many(*holder)
        jax.block_until_ready(holder)
        return calls * chunk, time.perf_counter() - t0
    return run


def prepare(name):
    if name == "conv-prototypes":
        return prototypes()
    if name.startswith("conv-maml"):
        return conv_maml(name == "conv-maml")
    learners = {"anil": anil, "cavia": cavia, "cnp": neural_process, "in-context": in_context}
    if name in learners:
        return learners[name]()
    if name == "omniglot-dense":
        return images()
    if name == "article-mtl":
        return article()
    if name == "mtl-epoch":
        return epoch()
    if name == "mtl-mmoe":
        return mixture()
    return meta_sinusoid(sinusoid(name))


serve(prepare, "jax " + jax.__version__)
