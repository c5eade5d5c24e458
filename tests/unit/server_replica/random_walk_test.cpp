#include <catch2/catch.hpp>
#include <set>

#include "server.h"
#include "server/replica/replica.h"

namespace paddock::replica {
using namespace testing;

namespace {

// Clients that create nodes of their own and read them back, against a disk that is late by chance, a server
// that is killed by chance, and epochs of a few transactions.
class Walk {
 public:
  explicit Walk(uint64_t seed) : random_(seed) {
    server_.options.engine.last_counter = 7;
    enter();
  }

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      if (random_.one_in(3)) server_.persist_some(random_.below(server_.asked() + 1));
      if (random_.one_in(60)) {
        restart();
      } else {
        ask(users_[random_.below(users_.size())]);
      }
      for (User& user : users_) listen(user);
    }
    server_.persist();
    for (User& user : users_) listen(user);
    for (const User& user : users_) CHECK(user.answered == user.asked.size());
  }

 private:
  struct User {
    Client client;
    std::vector<std::string> asked;  // the paths of creates and reads, by xid - 1
    size_t answered = 0;
    std::string last_created;  // asked for, answered or not
  };

  void enter() {
    users_.clear();
    for (int i = 0; i < 3; ++i) users_.push_back({server_.client(), {}, 0, ""});
  }

  void ask(User& user) {
    const bool reads = random_.one_in(2) && !user.last_created.empty();
    const std::string path = reads ? user.last_created : "/n" + std::to_string(++created_);
    user.asked.push_back(path);
    if (reads) {
      user.client.exists(path);
    } else {
      user.client.create(path);
      user.last_created = path;
    }
  }

  // Replies come in the order of the requests, and each succeeds: a read sees the create before it.
  void listen(User& user) {
    for (const std::string& heard : user.client.heard()) {
      REQUIRE(heard == std::to_string(user.answered + 1) + " ok");
      promised_.insert(user.asked[user.answered++]);
    }
  }

  void restart() {
    server_.restart();
    for (const std::string& path : promised_) {
      INFO(path);
      REQUIRE(server_.replica().state().tree().find(path) != znode::kNoNode);
    }
    enter();
  }

  Random random_;
  Server server_;
  std::vector<User> users_;
  int created_ = 0;
  std::set<std::string> promised_;
};

}  // namespace

TEST_CASE("by chance: replies in order, own writes seen, and what was answered survives every kill") {
  const uint64_t seed = GENERATE(range<uint64_t>(1, 41));
  INFO("seed " << seed);
  Walk(seed).run(400);
}

}  // namespace paddock::replica
