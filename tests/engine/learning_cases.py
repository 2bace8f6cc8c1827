"""What keeps a graph from learning: edits of small graphs, and the sentence that each brings."""

from __future__ import annotations

from collections.abc import Callable

from engine.document import Document, RunSettings
from tests.engine.graphs import PPO_ENDS, adding, carts, cutting, dqn, impala, node, removing, typed, updating, wiring


def following(graph: Document, type_id: str, end: str) -> Document:
    """With this operator behind a Select Experiences, on the actors."""
    return wiring(
        adding(
            cutting(graph, "rollouts_1.experiences → gather_1.shards"),
            node("SelectExperiences", "select_1"),
            node(type_id, end.partition(".")[0]),
        ),
        "rollouts_1.experiences → select_1.batches",
        "dqn_1.policy → select_1.policy",
        f"select_1.selected → {end}",
    )


SENTENCES: dict[str, tuple[Callable[[Document], Document], str]] = {
    "weights of one of two policies that nobody sends": (
        lambda _: wiring(
            adding(carts(), node("SelectExperiences", "select_1"), node("TrainOneStep", "train_1")),
            "dqn_1.policy → select_1.policy",
            "dqn_1.policy → train_1.policy",
        ),
        "rollouts_1.actors: the workers act on the first weights of dqn_1 for ever: nobody sends them new ones "
        "(insert Broadcast Weights after the learner and connect it here)",
    ),
    "weights of a learner in a thread that nobody sends": (
        lambda _: wiring(removing(impala(), "broadcast_1"), "gather_1.items → concat_1.batches"),
        "rollouts_1.actors: the workers act on the first weights for ever: nobody sends them new ones "
        "(insert Broadcast Weights after the learner and connect it here)",
    ),
    "minibatch larger than the batches in the queue": (
        lambda _: impala().with_param("learner_1", "minibatch", 1600),
        "learner_1.minibatch: minibatch 1600 is larger than the batches that come, of 800 rows (try 800 or less)",
    ),
    "discrete policy for real actions": (
        lambda _: dqn().with_param("environment_1", "id", "Pendulum-v1"),
        "policy_1: DQN Policy chooses one of several actions; Pendulum-v1 takes real numbers as actions "
        "(try SAC Policy, TD3 Policy or PPO Policy, or another environment)",
    ),
    "continuous policy for a few actions": (
        lambda graph: typed(graph, policy_1="SACPolicy"),
        "policy_1: SAC Policy chooses real numbers as actions; CartPole-v1 takes one of several actions "
        "(try DQN Policy or PPO Policy, or another environment)",
    ),
    "policy for vectors before images": (
        lambda graph: typed(graph, policy_1="TD3Policy").with_param("environment_1", "id", "CarRacing-v3"),
        "policy_1: TD3 Policy sees vectors here; CarRacing-v3 shows images (try another policy or environment)",
    ),
    "memory before images": (
        lambda graph: graph.with_param("environment_1", "id", "ALE/Pong-v5").with_param("policy_1", "recurrent", "gru"),
        "policy_1: PPO Policy sees vectors here; ALE/Pong-v5 shows images (try another policy or environment)",
    ),
    "observations that no network here sees": (
        lambda graph: graph.with_param("environment_1", "id", "Taxi-v3"),
        "policy_1: PPO Policy sees vectors or images here; Taxi-v3 shows single whole numbers "
        "(try another policy or environment)",
    ),
    "images to normalise": (
        lambda graph: graph.with_param("environment_1", "id", "ALE/Pong-v5").with_param(
            "environment_1", "normalise_observations", True
        ),
        "environment_1.normalise_observations: ALE/Pong-v5 shows images, not vectors (take it out)",
    ),
    "Atari's preprocessing for another environment": (
        lambda graph: graph.with_param("environment_1", "preprocessing", "atari"),
        "environment_1.preprocessing: CartPole-v1 is no Atari game (set it to none)",
    ),
    "policy that learns and never acts": (
        lambda graph: wiring(
            adding(cutting(graph, "policy_1.policy → rollouts_1.policy"), node("PPOPolicy", "policy_2")),
            "environment_1.environment → policy_2.environment",
            "policy_2.policy → rollouts_1.policy",
        ),
        "policy_1.policy: it learns, and no rollouts act with it: what it learns from is what others do "
        "(connect it to the rollouts)",
    ),
    "target network that nobody updates": (
        lambda _: wiring(removing(dqn(), "target_1"), "priorities_1.passed → broadcast_1.items"),
        "policy_1.policy: its target network stays as it is at the start: nobody updates it "
        "(insert Update Target Network after train_1)",
    ),
    "target network that is not there": (
        lambda graph: updating(graph, "UpdateTargetNetwork"),
        "update_1: PPO Policy has no target network to update (take update_1 out)",
    ),
    "KL penalty that nobody adapts": (
        lambda graph: graph.with_param("policy_1", "kl_coefficient", 0.2),
        "policy_1.policy: the weight of its KL penalty stays as it is at the start: nobody updates it "
        "(insert Update KL after train_1)",
    ),
    "KL penalty of weight 0": (
        lambda graph: updating(graph, "UpdateKL"),
        "update_1: PPO Policy has no KL penalty to adapt (take it out, or set kl_coefficient above 0)",
    ),
    "KL penalty that is not there": (
        lambda graph: updating(typed(graph, policy_1="ActorCriticPolicy"), "UpdateKL"),
        "update_1: Actor Critic Policy has no KL penalty to adapt (take update_1 out)",
    ),
    "queue that nobody empties": (
        lambda _: cutting(impala(), "queue_1.queue → learner_1.queue"),
        "queue_1.queue: nobody takes out what enqueue_1 puts in: when the queue is full, everything waits for ever "
        "(connect it to Learner or Dequeue)",
    ),
    "queue that nobody fills": (
        lambda _: cutting(impala(), "queue_1.queue → enqueue_1.queue"),
        "queue_1.queue: nobody puts anything in, so learner_1 waits for ever (connect it to Enqueue)",
    ),
    "buffer smaller than the learning start": (
        lambda _: dqn().with_param("buffer_1", "capacity", 99),
        "replay_1.learning_starts: buffer_1 keeps 99 transitions, and learning starts with 100 (try 99 or less)",
    ),
    "buffer smaller than a batch": (
        lambda _: dqn().with_param("buffer_1", "capacity", 31),
        "buffer_1.capacity: it keeps 31 transitions, fewer than one batch of replay_1 has: 32 (try 3200)",
    ),
    "shards smaller than a batch": (
        lambda _: dqn().with_param("buffer_1", "shards", 4).with_param("buffer_1", "capacity", 127),
        "buffer_1.capacity: each of its 4 shards keeps 31 transitions, fewer than one batch of replay_1 has: 32 "
        "(try 12800)",
    ),
    "memory that learns from single steps": (
        lambda _: dqn().with_param("policy_1", "recurrent", "lstm"),
        "buffer_1.sequences: policy_1 has a memory, and single steps come from here: they tell it nothing of what was "
        "before (keep whole sequences)",
    ),
    "learning start that the run never reaches": (
        lambda _: dqn().replace(run=RunSettings(stop={"env_steps": 100})),
        "replay_1.learning_starts: the run stops after 100 env steps, and learning starts with 100 transitions "
        "(let it start earlier, or the run last longer)",
    ),
    "priorities that nobody updates": (
        lambda _: wiring(removing(dqn(), "priorities_1"), "train_1.results → target_1.items"),
        "buffer_1.prioritised: nobody tells it how much its rows surprised, so it draws all alike "
        "(insert Update Priorities after the learner)",
    ),
    "priorities of a buffer that has none": (
        lambda _: dqn().with_param("buffer_1", "prioritised", False),
        "priorities_1: buffer_1 draws all rows alike, whatever it is told "
        "(set prioritised of buffer_1, or take this out)",
    ),
    "joining replayed batches by their env steps": (
        lambda _: wiring(
            adding(cutting(dqn(), "gather_2.items → train_1.batches"), node("ConcatBatches", "concat_1", min_steps=64)),
            "gather_2.items → concat_1.batches",
            "concat_1.joined → train_1.batches",
        ),
        "concat_1.min_steps: batches of replay_1 stand for no env steps, so 64 never come together "
        "(join them with Batch, or set batch_size of Replay)",
    ),
    "joining what has no rows of its own": (
        lambda _: carts().with_param("gather_1", "joined", True),
        "gather_1.joined: only batches can be joined; what rollouts_1 gives is a multi-agent batch "
        "(turn joined off, and join behind what selects)",
    ),
    "priorities of two buffers' rows in one batch": (
        lambda _: wiring(
            adding(
                cutting(dqn(), "gather_2.items → train_1.batches"),
                *(node("ReplayBuffer", "buffer_2"), node("Replay", "replay_2"), node("GatherSync", "gather_3")),
                *(node("Union", "union_2"), node("Batch", "batch_1")),
            ),
            "buffer_2.buffer → replay_2.buffer",
            "replay_2.experiences → gather_3.shards",
            *(f"gather_{gather}.items → union_2.items" for gather in (2, 3)),
            "union_2.merged → batch_1.batches",
            "batch_1.joined → train_1.batches",
        ),
        "batch_1: rows of buffer_1 and buffer_2 come into one batch here, and priorities_1 cannot tell them apart "
        "(let each buffer's batches go on as they are, or take Update Priorities out)",
    ),
    "priorities of another buffer": (
        lambda _: wiring(
            adding(
                cutting(dqn(), "buffer_1.buffer → priorities_1.buffer"),
                node("ReplayBuffer", "buffer_2", prioritised=True),
                node("StoreToReplay", "store_2"),
                node("Replay", "replay_2"),
            ),
            *(f"buffer_2.buffer → {end}.buffer" for end in ("store_2", "replay_2", "priorities_1")),
        ),
        "priorities_1.buffer: no batch that replay_2 draws from buffer_2 comes here "
        "(connect the buffer that the batches are drawn from)",
    ),
    "buffer that nobody fills": (
        lambda _: cutting(dqn(), "buffer_1.buffer → store_1.buffer"),
        "buffer_1.buffer: nobody stores anything here, so replay_1 waits for ever "
        "(connect it to Store To Replay, behind the gather of the rollouts)",
    ),
    "buffer that nobody draws from": (
        lambda _: cutting(dqn(), "buffer_1.buffer → replay_1.buffer"),
        "buffer_1.buffer: nobody draws from what is stored here (connect it to Replay)",
    ),
    "buffer that two draw from": (
        lambda _: wiring(adding(dqn(), node("Replay", "replay_2")), "buffer_1.buffer → replay_2.buffer"),
        "replay_2: replay_1 draws from buffer_1 already (give each Replay a buffer of its own)",
    ),
    "replay ratio that the turns do not allow": (
        lambda _: dqn().with_param("replay_1", "ratio", 8.0),
        "replay_1.ratio: ratio 8 is out of reach: a round of union_1 draws 32 rows for 8 stored, which is 4 "
        "(give broadcast_1 more turns in the weights of union_1, or lower the ratio)",
    ),
    "turns of a branch that is not there": (
        lambda _: dqn().with_param("union_1", "weights", {"broadcast": 2}),
        "union_1.weights: no branch comes from 'broadcast' (did you mean broadcast_1?)",
    ),
    "turns of 0": (
        lambda _: dqn().with_param("union_1", "weights", {"store_1": 0}),
        "union_1.weights: store_1 must have 0.001 to 1000 turns, or as many as are ready, not 0 "
        '(try {"store_1": 2} or {"store_1": "*"})',
    ),
    "turns that starve a branch": (
        lambda _: dqn().with_param("union_1", "weights", {"store_1": 0.01, "broadcast_1": 16}),
        "union_1.weights: store_1 is starved: the others have 1600 turns for each of its own "
        "(bring the weights closer together)",
    ),
    "copies that nobody pulls": (
        lambda graph: wiring(
            adding(cutting(graph, PPO_ENDS), node("Duplicate", "duplicate_1"), node("Filter", "filter_1")),
            "broadcast_1.passed → duplicate_1.items",
            "duplicate_1.copies → report_1.items",
            "duplicate_1.copies → filter_1.items",
        ),
        "filter_1.passed: nobody pulls 'passed' of Filter (connect it to Report Metrics)",
    ),
    "agents that no policy plays": (
        lambda _: carts().with_param("agents_2", "agents", "cart_2"),
        "rollouts_1: no policy plays cart_3: widen the pattern of an Agents node, or add a policy "
        "(look at the names in the Agents nodes)",
    ),
    "policy that plays no agent": (
        lambda _: carts().with_param("agents_2", "agents", "dog"),
        "rollouts_1: no agent is called 'dog', as dqn_1 wants; there are cart_0, cart_1, cart_2, cart_3 "
        "(look at the names in the Agents nodes)",
    ),
    "agent that two policies play": (
        lambda _: carts().with_param("agents_2", "agents", "*"),
        "rollouts_1: dqn_1 and ppo_1 both play cart_0: give each agent one policy "
        "(look at the names in the Agents nodes)",
    ),
    "policy for another environment than the rollouts'": (
        lambda _: wiring(
            adding(cutting(carts(), "agents_2.view → dqn_1.environment"), node("Environment", "environment_2")),
            "environment_2.environment → dqn_1.environment",
        ),
        "dqn_1: rollouts_1 steps environment_1, and this policy is made for no agents of it "
        "(connect it to an Agents node of environment_1)",
    ),
    "steps of several workers in a row": (
        lambda graph: wiring(
            adding(cutting(graph, "gather_1.items → concat_1.batches"), node("NStepReturns", "nstep_1")),
            "gather_1.items → nstep_1.batches",
            "nstep_1.summed → concat_1.batches",
        ),
        "nstep_1: fragments of different environments come here, one after another "
        "(put N Step Returns before the gather, right behind the rollouts)",
    ),
    "returns of rows that do not follow one another": (
        lambda _: wiring(
            adding(cutting(dqn(), "gather_2.items → train_1.batches"), node("NormalizeRewards", "normalize_1")),
            "gather_2.items → normalize_1.batches",
            "normalize_1.normalized → train_1.batches",
        ),
        "normalize_1: rows that are drawn from a buffer do not follow one another, so they add up to no return "
        "(put Normalize Rewards before Store To Replay: scaled rewards are stored then)",
    ),
    "sequences of agents that come and go": (
        lambda _: following(carts(), "OverlapSequences", "overlap_1.batches"),
        "overlap_1: sequences of agents that come and go do not overlap "
        "(take it out, and set sequence_length of the rollouts)",
    ),
    "rewards of agents that come and go": (
        lambda _: following(carts(), "NormalizeRewards", "normalize_1.batches"),
        "normalize_1: rewards of agents that come and go cannot be normalised "
        "(take it out, and set reward_scale of their environment)",
    ),
    "batches of a policy that acts elsewhere": (
        lambda _: wiring(
            adding(carts(), node("SplitByPolicy", "split_1"), node("PPOPolicy", "ppo_2")),
            "gather_1.items → split_1.batches",
            "ppo_2.policy → split_1.policy",
        ),
        "split_1.policy: ppo_2 does not act in rollouts_1: there are no batches of it here "
        "(connect ppo_2 to the policies of rollouts_1, or one of dqn_1, ppo_1 here)",
    ),
}
WARNINGS = {
    "weights of one of two policies that nobody sends",
    "weights of a learner in a thread that nobody sends",
    "minibatch larger than the batches in the queue",
    "policy that learns and never acts",
    "target network that nobody updates",
    "KL penalty that nobody adapts",
    "buffer smaller than a batch",
    "shards smaller than a batch",
    "memory that learns from single steps",
    "learning start that the run never reaches",
    "priorities that nobody updates",
    "priorities of a buffer that has none",
    "buffer that nobody draws from",
    "replay ratio that the turns do not allow",
    "turns that starve a branch",
}
