#include "commands.h"

#include <algorithm>
#include <functional>
#include <sstream>

#include "command_parts.h"

namespace paddock::scenarios {
namespace {

// Followers take observers there.
constexpr int32_t kMasterPort = 2191;

using Handler = Status (*)(Stage&, Words&);

template <class Do>
Status for_each_running(Stage& stage, Words& words, Do&& act) {
  while (words.more()) {
    const int64_t id = words.number();
    Machine* machine = running(stage, id);
    if (machine == nullptr) return not_running(id);
    act(*machine);
  }
  return ok_status();
}

// --- Before the story

// Groups of as many neighbours.
void divide(zab::Membership& membership, int64_t size) {
  membership.hierarchical = true;
  for (auto& [id, member] : membership.members)
    member.group = (id.value - 1) / std::max<int64_t>(size, 1) + 1;
}

// What a replica finds when it tries to decode a transaction.
Status check_txn(Zxid zxid, std::string_view txn) {
  if (txn != "unreadable") return ok_status();
  return make_fault("{} cannot be read", to_text(zxid));
}

Status servers(Stage& stage, Words& words) {
  zab::Membership membership;
  zab::EngineOptions options;
  options.tick_ms = 100;
  std::vector<int64_t> spare;
  options.check_txn = check_txn;
  bool observers = false;
  while (words.more()) {
    if (words.take("observers")) {
      observers = true;
    } else if (words.take("reconfig")) {
      options.reconfig_enabled = true;
    } else if (words.take("spare")) {
      while (words.more()) spare.push_back(words.number());
    } else if (words.take("tick")) {
      options.tick_ms = static_cast<int32_t>(words.number());
    } else if (words.take("history")) {
      options.history_count = static_cast<size_t>(words.number());
    } else if (words.take("groups")) {
      divide(membership, words.number());
    } else if (words.take("masters")) {
      options.observer_master_port = kMasterPort;
    } else if (words.take("queue")) {
      options.learner_queue_bytes = static_cast<size_t>(words.number());
    } else if (words.take("last-counter")) {
      options.last_counter = static_cast<uint32_t>(words.number());
    } else {
      const int64_t id = words.number();
      membership.members[ServerId{id}] = member_of(id, observers);
    }
  }
  if (words.ok()) stage.cluster.create(membership, options);
  // They were told of themselves and the others; nobody was told of them.
  for (const int64_t id : spare) {
    options.membership = membership;
    options.membership.members[ServerId{id}] = member_of(id, false);
    stage.cluster.create_spare(id, options);
  }
  return words.status("servers");
}

Status disk(Stage& stage, Words& words) {
  const int64_t id = words.number();
  if (!words.ok() || !stage.cluster.has(id)) return words.fault("a server");
  FakeDisk& disk = stage.cluster.machine(id).disk;
  disk.used = true;
  Zxid checkpoint;
  while (words.more() && words.ok()) {
    if (words.take("accepted")) {
      disk.epochs.accepted = static_cast<uint32_t>(words.number());
    } else if (words.take("current")) {
      disk.epochs.current = static_cast<uint32_t>(words.number());
    } else if (words.take("committed")) {
      disk.noted_commit = words.zxid();
    } else if (words.take("checkpoint")) {
      checkpoint = words.zxid();
    } else if (words.take("log")) {
      disk.log = words.records();
    } else {
      return words.fault("accepted, current, log, committed or checkpoint");
    }
  }
  const auto up_to = [&](Zxid last) {
    Records records = disk.log;
    std::erase_if(records, [&](const Record& record) { return record.zxid > last; });
    return records;
  };
  disk.set_checkpoint(up_to(checkpoint));
  stage.cluster.safety().assume_committed(up_to(std::max(disk.noted_commit, checkpoint)));
  return words.status("a disk");
}

Status watch(Stage& stage, Words& words) {
  static const std::map<std::string, Topic> kTopics = {{"roles", Topic::roles},     {"sync", Topic::sync},
                                                       {"commits", Topic::commits}, {"disk", Topic::disk},
                                                       {"packets", Topic::packets}, {"votes", Topic::votes},
                                                       {"configs", Topic::configs}};
  std::set<Topic> topics;
  while (words.more()) {
    const auto topic = kTopics.find(words.word());
    if (topic == kTopics.end()) return words.fault("a topic");
    topics.insert(topic->second);
  }
  stage.story.watch(topics);
  return ok_status();
}

// --- Time and movement

Status run(Stage& stage, Words& words) {
  if (!words.more()) {
    stage.cluster.settle();
    return ok_status();
  }
  std::string span = words.word();
  if (!span.ends_with("ms")) return words.fault("a time in ms");
  stage.cluster.run_ms(std::stoll(span));
  return ok_status();
}

Status deliver(Stage& stage, Words& words) {
  const bool votes = words.take("votes");
  const Route route = words.route();
  if (!words.ok()) return words.fault("a way like 3>1");
  const auto one = [&] {
    return votes ? stage.cluster.deliver_vote(route) : stage.cluster.deliver_packet(route);
  };
  if (words.take("all")) {
    while (one()) {
    }
  } else if (words.take("through")) {
    const std::string last = words.word();
    for (std::string next = "?"; !next.starts_with(last);) {
      next = stage.cluster.next_packet(route);
      if (!one()) return make_fault("no {} comes on this way", last);
    }
  } else {
    for (int64_t left = words.more() ? words.number() : 1; left > 0; --left) {
      if (!one()) return make_fault("nothing waits on this way");
    }
  }
  return words.status("a delivery");
}

Status connect(Stage& stage, Words&) {
  return stage.cluster.answer_attempt() ? ok_status() : make_fault("nobody wants to reach a leader");
}

Status persist(Stage& stage, Words& words) {
  const int64_t id = words.number();
  const Machine* machine = running(stage, id);
  if (machine == nullptr) return not_running(id);
  const bool all = !words.more() || words.take("all");
  for (int64_t left = all ? INT64_MAX : words.number(); left > 0; --left) {
    if (machine->disk.waiting() == 0) return all ? ok_status() : make_fault("no disk work waits");
    stage.cluster.complete_disk_work(id);
  }
  return words.status("a number");
}

Status read(Stage& stage, Words& words) {
  const int64_t id = words.number();
  if (running(stage, id) == nullptr) return not_running(id);
  return stage.cluster.answer_reads(id) ? ok_status() : make_fault("it reads nothing");
}

// --- Fortune

Status boot(Stage& stage, Words& words) {
  return for_each_server(stage, words, [&](int64_t id) { stage.cluster.boot(id); });
}

Status crash(Stage& stage, Words& words) {
  while (words.more()) {
    const int64_t id = words.number();
    if (!words.ok() || !stage.cluster.has(id)) return words.fault("a server");
    const size_t keep = words.take("keeping") ? static_cast<size_t>(words.number()) : 0;
    stage.cluster.crash(id, keep);
  }
  return words.status("servers");
}

// A server that is down gets a new disk.
Status replace_disk(Stage& stage, Words& words, const std::string& damage) {
  return for_each_server(stage, words, [&](int64_t id) {
    FakeDisk disk;
    disk.damage = damage;
    stage.cluster.machine(id).disk = std::move(disk);
  });
}
Status wipe(Stage& stage, Words& words) {
  return replace_disk(stage, words, "");
}
// Its store finds damage, and puts all of it aside.
Status rot(Stage& stage, Words& words) {
  return replace_disk(stage, words, "the log is damaged");
}

Status pause(Stage& stage, Words& words) {
  return for_each_running(stage, words, [](Machine& machine) { machine.paused = true; });
}
Status resume(Stage& stage, Words& words) {
  return for_each_running(stage, words, [&](Machine& machine) { stage.cluster.resume(machine.id); });
}
Status slow(Stage& stage, Words& words) {
  return for_each_server(stage, words, [&](int64_t id) { stage.cluster.machine(id).slow_disk = true; });
}
Status fast(Stage& stage, Words& words) {
  return for_each_server(stage, words, [&](int64_t id) { stage.cluster.machine(id).slow_disk = false; });
}

Status oracle(Stage& stage, Words& words) {
  const int64_t id = words.number();
  if (!words.ok() || !stage.cluster.has(id)) return words.fault("a server");
  const bool grants = words.take("grants");
  if (!grants && !words.take("denies")) return words.fault("grants or denies");
  stage.cluster.machine(id).oracle = grants;
  return ok_status();
}

Status cut(Stage& stage, Words& words) {
  const int64_t one = words.number();
  if (!words.take("from")) return words.fault("from");
  return for_each_server(stage, words, [&](int64_t other) {
    stage.cluster.network().cut({one, other});
    stage.cluster.network().cut({other, one});
  });
}
// One way only.
Status mute(Stage& stage, Words& words) {
  stage.cluster.network().cut(words.route());
  return words.status("a way like 3>1");
}
Status heal(Stage& stage, Words&) {
  stage.cluster.network().heal();
  return ok_status();
}
Status hold(Stage& stage, Words& words) {
  stage.cluster.network().hold(words.route());
  return words.status("a way like 3>1");
}
Status release(Stage& stage, Words& words) {
  stage.cluster.network().release(words.route());
  return words.status("a way like 3>1");
}

Status checkpoint(Stage& stage, Words& words) {
  return for_each_server(stage, words, [&](int64_t id) {
    Machine& machine = stage.cluster.machine(id);
    machine.disk.set_checkpoint(machine.applied);
  });
}
Status purge(Stage& stage, Words& words) {
  const int64_t id = words.number();
  const Zxid zxid = words.zxid();
  if (!words.ok() || !stage.cluster.has(id)) return words.fault("a server and a zxid");
  stage.cluster.machine(id).disk.purge(zxid);
  return ok_status();
}

// --- Use

Status propose(Stage& stage, Words& words) {
  const int64_t id = words.number();
  Machine* machine = running(stage, id);
  if (machine == nullptr) return not_running(id);
  while (words.more()) {
    const std::string word = words.word();
    if (!machine->engine->may_propose()) {
      stage.story.tell(fmt::format("{} may not propose {}", id, word));
      continue;
    }
    machine->engine->propose(machine->engine->next_zxid(), Bytes(word));
    stage.cluster.absorb(id);
  }
  return ok_status();
}

Status sync(Stage& stage, Words& words) {
  const int64_t id = words.number();
  Machine* machine = running(stage, id);
  if (machine == nullptr) return not_running(id);
  machine->engine->request_sync(static_cast<uint64_t>(words.number()));
  stage.cluster.absorb(id);
  return words.status("a number");
}

Status ask(Stage& stage, Words& words) {
  const int64_t id = words.number();
  Machine* machine = running(stage, id);
  if (machine == nullptr) return not_running(id);
  machine->engine->send_to_leader(quorum::PacketType::request, Zxid{-1}, Bytes(words.word()), {});
  stage.cluster.absorb(id);
  return words.status("a word");
}

// Its replica finds that its state is not the leader's.
Status distrust(Stage& stage, Words& words) {
  return for_each_running(stage, words, [&](Machine& machine) {
    const Now now = stage.cluster.now();
    if (!machine.engine->distrust_state("another tree", now)) {
      stage.story.tell(fmt::format("{} goes on", machine.id));
    }
    stage.cluster.absorb(machine.id);
  });
}

Status resign(Stage& stage, Words& words) {
  return for_each_running(stage, words, [&](Machine& machine) {
    machine.engine->stop_leading();
    stage.cluster.absorb(machine.id);
  });
}

std::string doing(const Machine& machine) {
  if (machine.puppet) return "is a puppet";
  if (!machine.engine) return "is down";
  switch (machine.engine->role()) {
    case zab::Role::leading:
      return "leads";
    case zab::Role::following:
      return fmt::format("follows {}", machine.engine->leader().value);
    case zab::Role::observing:
      return fmt::format("observes {}", machine.engine->leader().value);
    case zab::Role::looking:
      return "looks";
  }
  return "?";
}

Status show(Stage& stage, Words& words) {
  return for_each_server(stage, words, [&](int64_t id) {
    const Machine& machine = stage.cluster.machine(id);
    const FakeDisk& disk = machine.disk;
    std::string line = fmt::format("{} {}; accepted {}, current {}; ", id, doing(machine),
                                   disk.epochs.accepted, disk.epochs.current);
    if (disk.checkpoint > Zxid{}) line += fmt::format("checkpoint {}, ", to_text(disk.checkpoint));
    line += fmt::format("log {}", to_text(disk.log));
    if (machine.engine) line += fmt::format("; applied {}", to_text(machine.applied));
    stage.story.tell(line);
  });
}

const std::map<std::string, Handler>& handlers() {
  static const std::map<std::string, Handler> kHandlers = {
      {"servers", servers}, {"disk", disk},         {"watch", watch},
      {"run", run},         {"deliver", deliver},   {"connect", connect},
      {"persist", persist}, {"read", read},         {"boot", boot},
      {"crash", crash},     {"pause", pause},       {"resume", resume},
      {"slow", slow},       {"fast", fast},         {"cut", cut},
      {"heal", heal},       {"mute", mute},         {"hold", hold},
      {"release", release}, {"purge", purge},       {"checkpoint", checkpoint},
      {"propose", propose}, {"sync", sync},         {"ask", ask},
      {"resign", resign},   {"show", show},         {"puppet", puppet},
      {"vote", vote},       {"dial", dial},         {"say", say},
      {"image", image},     {"hang", hang},         {"wipe", wipe},
      {"rot", rot},         {"distrust", distrust}, {"reconfigure", reconfigure},
      {"oracle", oracle}};
  return kHandlers;
}

}  // namespace

Status perform(Stage& stage, const std::string& line) {
  Words words(line);
  const auto handler = handlers().find(words.word());
  if (handler == handlers().end()) return make_fault("'{}' is no command", line);
  const Status done = handler->second(stage, words);
  if (!done.ok()) return make_fault("'{}': {}", line, done.fault().message);
  if (words.more()) return make_fault("'{}' ends in more than it means", line);
  return ok_status();
}

}  // namespace paddock::scenarios
