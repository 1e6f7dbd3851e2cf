#!/usr/bin/env python3
"""TensorFlow on the article's example: the whole loop in one tf.function, already traced."""
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from serve import serve  # noqa: E402

DT = tf.float64 if sys.argv[1] == "float64" else tf.float32


def prepare(_):
    rng = np.random.RandomState(0)
    x = rng.rand(100, 2)
    y1 = tf.constant((x @ [1, 2] + rng.randn(100))[:, None], DT)
    y2 = tf.constant(np.where(x[:, 0] > 0.5, 1.0, 0.0)[:, None], DT)
    x = tf.constant(x, DT)
    shapes = [(2, 4), (4,), (4, 1), (1,), (4, 1), (1,)]
    first = [tf.constant(np.random.default_rng(k).normal(size=s) * 0.5 if len(s) == 2 else np.zeros(s), DT) for k, s in enumerate(shapes)]
    params = [tf.Variable(v) for v in first]
    m, v = [tf.Variable(tf.zeros_like(p)) for p in params], [tf.Variable(tf.zeros_like(p)) for p in params]
    b1, b2, eps, lr = (tf.constant(c, DT) for c in (0.9, 0.999, 1e-7, 0.01))

    @tf.function
    def train():
        for group, values in ((params, first), (m, [tf.zeros_like(p) for p in first]), (v, [tf.zeros_like(p) for p in first])):
            for a, b in zip(group, values):
                a.assign(b)
        for t in tf.range(1, 101):
            with tf.GradientTape() as tape:
                h = tf.nn.relu(x @ params[0] + params[1])
                a, z = h @ params[2] + params[3], h @ params[4] + params[5]
                loss = tf.reduce_mean((a - y1) ** 2) + tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y2, z))
            step = tf.cast(t, DT)
            rate = lr * tf.sqrt(1 - b2 ** step) / (1 - b1 ** step)
            for p, g, mm, vv in zip(params, tape.gradient(loss, params), m, v):
                mm.assign(b1 * mm + (1 - b1) * g)
                vv.assign(b2 * vv + (1 - b2) * g * g)
                p.assign_sub(rate * mm / (tf.sqrt(vv) + eps))

    def run(n):
        t0 = time.perf_counter()
        for _ in range(n):
            train()
        params[0].numpy()
        return n, time.perf_counter() - t0
    return run


serve(prepare, "tensorflow " + tf.__version__)
