"""R-hat and effective draws on series of which both are known."""

import numpy as np
import pytest

from candlemark.linkage.unreported.convergence import effective_draws, r_hat


def series(chance, chains, length, memory):
    """Autoregressive chains; so many effective draws: (1 - memory) / (1 + memory) of all."""
    made = np.empty((chains, length))
    made[:, 0] = chance.standard_normal(chains)
    noise = chance.standard_normal((chains, length)) * np.sqrt(1 - memory**2)
    for step in range(1, length):
        made[:, step] = memory * made[:, step - 1] + noise[:, step]
    return made


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_effective_draws_of_a_series_that_remembers(memory):
    made = series(np.random.default_rng(5), 8, 20_000, memory)
    truth = made.size * (1 - memory) / (1 + memory)
    assert effective_draws(made) == pytest.approx(truth, rel=0.1)
    assert r_hat(made) == pytest.approx(1.0, abs=0.005)


def test_chains_that_stand_apart_are_found_and_tell_little():
    made = series(np.random.default_rng(6), 8, 2_000, 0.2)
    made[:4] += 5
    # Variance within is 1, between the two groups 25/4 and a little: sqrt(1 + 8/7 * 6.25).
    assert r_hat(made) == pytest.approx(np.sqrt(1 + 16 / 15 * 6.25), rel=0.02)
    assert effective_draws(made) < 20


def test_a_chain_that_wanders_does_not_agree_with_itself():
    made = series(np.random.default_rng(7), 8, 2_000, 0.2) + np.linspace(0, 3, 2_000)
    assert r_hat(made) > 1.2


def test_chains_that_never_move_agree_only_with_their_like():
    assert r_hat(np.ones((8, 100))) == 1.0
    assert r_hat(np.repeat([[1.0], [2.0]] * 4, 100, axis=1)) == np.inf
