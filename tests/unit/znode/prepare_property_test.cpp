// Random requests, prepared with any number of others outstanding. Service checks at every one that preparing
// leaves the state alone and that the predicted digest is reached.
#include <random>

#include "service.h"

namespace paddock::znode::test {
namespace {

// Requests among a few paths, so that they meet.
class Requests {
 public:
  explicit Requests(uint32_t seed) : random_(seed) {}

  size_t below(size_t limit) { return random_() % limit; }

  Request next() {
    switch (below(12)) {
      case 0:
        return multi(operations());
      case 1:
        return create_ttl(path(), static_cast<int64_t>(below(3)), static_cast<int32_t>(4 + below(3)));
      case 2:
        return create(path(), data(), flags(), open_list(), OpCode::create_container);
      case 3:
      case 4:
        return create(path(), data(), flags(), open_list(), OpCode::create2);
      case 5:
      case 6:
        return create(path(), data(), flags());
      case 7:
      case 8:
        return remove(path(), version());
      case 9:
        return set_acl(path(), open_list(), version());
      default:
        return set_data(path(), data(), version());
    }
  }
  Request with_acl() {
    return set_acl(path(), below(2) == 0 ? open_list() : list_for("auth", ""), version());
  }

 private:
  std::string path() {
    static const std::vector<std::string> names{"a", "b", "c"};
    if (below(20) == 0) return below(2) == 0 ? "/" : "/zookeeper/x";
    std::string path;
    for (size_t depth = 1 + below(3); depth > 0; --depth) path += "/" + names[below(3)];
    return below(40) == 0 ? path + "/" : path;
  }
  std::string_view data() { return std::string_view("0123456789").substr(0, below(11)); }
  int32_t version() { return static_cast<int32_t>(below(4)) - 2 < 0 ? -1 : static_cast<int32_t>(below(2)); }
  int32_t flags() { return static_cast<int32_t>(below(10) == 0 ? 5 + below(3) : below(5)); }

  std::vector<client::MultiOp> operations() {
    std::vector<client::MultiOp> ops;
    for (size_t count = below(5); count > 0; --count) {
      paths_.push_back(path());
      const std::string& at = paths_.back();
      switch (below(5)) {
        case 0:
          ops.push_back(op_remove(at, version()));
          break;
        case 1:
          ops.push_back(op_set(at, data(), version()));
          break;
        case 2:
          ops.push_back(op_check(at, version()));
          break;
        case 3:
          ops.push_back(op_create_ttl(at, flags(), static_cast<int64_t>(below(3))));
          break;
        default:
          ops.push_back(op_create(at, flags()));
      }
    }
    return ops;
  }

  std::mt19937 random_;
  std::deque<std::string> paths_;  // what the operations view
};

Options with_everything() {
  Options options;
  options.extended_types = true;
  options.enforce_quota = true;
  return options;
}

}  // namespace

TEST_CASE("the predicted digest is reached, however many transactions are outstanding") {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Service service(with_everything());
    Requests requests(seed);
    std::vector<Caller> callers{service.connect("a:a"), service.connect("b:b"), service.connect()};
    size_t succeeded = 0;
    const auto apply = [&] { succeeded += service.apply_next().err == ErrorCode::ok ? 1 : 0; };
    for (int i = 0; i < 600; ++i) {
      Caller& caller = callers[requests.below(callers.size())];
      const size_t kind = requests.below(40);
      if (kind == 0) {
        service.submit(caller, close_session());
        caller.session.value += 1000;  // goes on as a session of its own
      } else if (kind < 4) {
        service.submit(caller, requests.with_acl());
      } else {
        service.submit(caller, requests.next());
      }
      for (size_t applied = requests.below(4); applied > 0 && service.outstanding() > 0; --applied) apply();
    }
    while (service.outstanding() > 0) apply();
    CHECK(succeeded > 100);
    CHECK(service.state.digest_mismatches() == 0);
  }
}

TEST_CASE("a transaction does not depend on how many others are outstanding when it is prepared") {
  for (uint32_t seed = 100; seed < 120; ++seed) {
    CAPTURE(seed);
    Options options;
    options.extended_types = true;
    Service direct(options);
    Service pipelined(options);
    const Caller caller = direct.connect();
    pipelined.connect();
    Requests requests(seed);
    for (int i = 0; i < 400; ++i) {
      const Request asked = requests.next();
      direct.submit(caller, asked);
      direct.apply_next();
      pipelined.submit(caller, asked);
      REQUIRE(pipelined.last() == direct.last());
      for (size_t applied = requests.below(4); applied > 0 && pipelined.outstanding() > 0; --applied) {
        pipelined.apply_next();
      }
    }
    pipelined.settle();
    CHECK(pipelined.state.checksum() == direct.state.checksum());
  }
}

}  // namespace paddock::znode::test
