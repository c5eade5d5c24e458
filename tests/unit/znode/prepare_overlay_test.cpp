// Requests that are prepared while others are outstanding.
#include "service.h"

namespace paddock::znode::test {
namespace {

std::vector<ErrorCode> errors(const std::vector<Answer>& answers) {
  std::vector<ErrorCode> codes;
  for (const Answer& answer : answers) codes.push_back(answer.err);
  return codes;
}

}  // namespace

TEST_CASE("a pipelined request sees what is outstanding") {
  Service service;
  const Caller caller = service.connect();
  for (const Request& asked : {create("/a"), create("/a/b"), create("/a"), set_data("/a", "x", 0),
                               set_data("/a", "y", 0), remove("/a"), remove("/a/b"), create("/a/b"),
                               remove("/a/b"), remove("/a", 1), set_data("/a", ""), create("/a/c")}) {
    service.submit(caller, asked);
  }
  CHECK(service.outstanding() == 12);
  const auto ok = ErrorCode::ok;
  CHECK(errors(service.settle()) ==
        std::vector<ErrorCode>{ok, ok, ErrorCode::node_exists, ok, ErrorCode::bad_version,
                               ErrorCode::not_empty, ok, ok, ok, ok, ErrorCode::no_node, ErrorCode::no_node});
  CHECK(service.outstanding() == 0);
}

TEST_CASE("setData and creates of the root name the same node") {
  Service service;
  const Caller caller = service.connect();
  service.submit(caller, set_data("/", "x"));
  service.submit(caller, create("/a"));
  service.submit(caller, set_data("/", "y", 1));
  service.submit(caller, set_data("", "z"));
  CHECK(errors(service.settle()) ==
        std::vector<ErrorCode>{ErrorCode::ok, ErrorCode::ok, ErrorCode::ok, ErrorCode::bad_arguments});
  CHECK(service.stat("/").version == 2);
}

TEST_CASE("a node's own list counts from its creation on") {
  Service service;
  const Caller owner = service.connect("o:p");
  const Caller stranger = service.connect();
  service.submit(owner, create("/a", "", 0, list_for("auth", "")));
  service.submit(stranger, create("/a/b"));
  service.submit(stranger, set_data("/a", "x"));
  service.submit(owner, create("/a/b"));
  CHECK(errors(service.settle()) ==
        std::vector<ErrorCode>{ErrorCode::ok, ErrorCode::no_auth, ErrorCode::no_auth, ErrorCode::ok});
}

TEST_CASE("as with ZooKeeper, a setACL counts when it is applied") {
  Service service;
  const Caller owner = service.connect("o:p");
  const Caller stranger = service.connect();
  service.write(owner, create("/a"));
  service.submit(owner, set_acl("/a", list_for("auth", "")));
  service.submit(stranger, set_data("/a", "x"));
  service.submit(stranger, set_acl("/a", open_list(), 0));
  service.apply_next();
  service.submit(stranger, set_data("/a", "y"));
  CHECK(errors(service.settle()) ==
        std::vector<ErrorCode>{ErrorCode::ok, ErrorCode::bad_version, ErrorCode::no_auth});
}

TEST_CASE("closeSession deletes what the session will own, outstanding changes included") {
  Service service;
  const Caller caller = service.connect();
  const Caller other = service.connect();
  service.write(caller, create("/p"));
  for (const char* path : {"/kept", "/gone", "/taken"}) service.write(caller, create(path, "", 1));
  service.write(other, create("/others", "", 1));
  service.submit(caller, remove("/gone"));
  service.submit(caller, remove("/taken"));
  service.submit(other, create("/taken", "", 1));
  service.submit(caller, create("/p/new", "", 1));
  service.submit(caller, create("/p/short", "", 1));
  service.submit(caller, remove("/p/short"));
  service.submit(caller, close_session());
  const auto paths = std::get<txn::CloseSessionTxn>(service.last().body).paths;
  CHECK(paths == jute::Vector<jute::Text>{"/kept", "/p/new"});
  service.submit(other, create("/kept"));
  const Answer closed = service.settle()[6];
  CHECK(closed.err == ErrorCode::ok);
  CHECK(closed.body.empty());
  CHECK_FALSE(service.has("/p/new"));
  CHECK(service.stat("/taken").ephemeral_owner == other.session.value);
  CHECK_FALSE(service.state.has_session(caller.session));
  CHECK(service.stat("/p").num_children == 0);
}

TEST_CASE("an ephemeral that is applied while a change of it is outstanding is listed once") {
  Service service;
  const Caller caller = service.connect();
  service.submit(caller, create("/e", "", 1));
  service.submit(caller, set_data("/e", "x"));
  service.apply_next();
  service.submit(caller, close_session());
  CHECK(std::get<txn::CloseSessionTxn>(service.last().body).paths == jute::Vector<jute::Text>{"/e"});
  service.settle();
}

TEST_CASE("as with ZooKeeper, a parent counts the children of a closing session until it is closed") {
  Service service;
  const Caller caller = service.connect();
  const Caller other = service.connect();
  service.write(other, create("/p"));
  service.write(caller, create("/p/e", "", 1));
  service.submit(caller, close_session());
  service.submit(other, remove("/p"));
  service.submit(other, create("/p/e"));
  service.submit(other, remove("/p/e"));
  CHECK(errors(service.settle()) ==
        std::vector<ErrorCode>{ErrorCode::ok, ErrorCode::not_empty, ErrorCode::ok, ErrorCode::ok});
  CHECK(service.write(other, remove("/p")).err == ErrorCode::ok);
}

TEST_CASE("the end of the role forgets what was outstanding") {
  Service service;
  const Caller caller = service.connect();
  Preparer preparer(service.state);
  const Request asked = create("/a");
  const WriteRequest write{caller.session, {1}, asked.type, asked.body, &caller.who, ErrorCode::ok};
  CHECK(preparer.prepare(write, Zxid{100}, {}).err == ErrorCode::ok);
  CHECK(preparer.prepare(write, Zxid{101}, {}).err == ErrorCode::node_exists);
  CHECK(preparer.outstanding() == 2);
  preparer.reset();
  CHECK(preparer.outstanding() == 0);
  CHECK(preparer.prepare(write, Zxid{100}, {}).err == ErrorCode::ok);
}

TEST_CASE("createSession changes no node, and its transaction carries the digest all the same") {
  Service service;
  const uint64_t digest = service.state.tree().digest();
  const Caller caller = service.connect();
  CHECK(service.state.has_session(caller.session));
  CHECK(service.last().body == txn::TxnBody(txn::CreateSessionTxn{30'000}));
  REQUIRE(service.last().digest.has_value());
  CHECK(service.last().digest->tree_digest == static_cast<int64_t>(digest));
}

TEST_CASE("an enforced quota is held against the applied usage, and growth against the pending data") {
  Options options;
  options.enforce_quota = true;
  Service service(options);
  const Caller caller = service.connect();
  for (const Request& asked :
       {create("/q", "12345"), create("/zookeeper/quota/q"),
        create("/zookeeper/quota/q/zookeeper_limits", "count=2,bytes=-1=;byteHardLimit=10;countHardLimit=2"),
        create("/zookeeper/quota/q/zookeeper_stats", "count=1,bytes=5")}) {
    REQUIRE(service.write(caller, asked).err == ErrorCode::ok);
  }
  // Each alone fits the usage as it was applied.
  service.submit(caller, create("/q/a"));
  service.submit(caller, create("/q/b"));
  CHECK(errors(service.settle()) == std::vector<ErrorCode>{ErrorCode::ok, ErrorCode::ok});
  CHECK(service.write(caller, create("/q/c")).err == ErrorCode::quota_exceeded);
  service.submit(caller, set_data("/q", "1234567890"));
  service.submit(caller, set_data("/q", "123456789012345"));
  service.submit(caller, set_data("/q", "1234567890123456"));
  CHECK(errors(service.settle()) == std::vector<ErrorCode>{ErrorCode::ok, ErrorCode::ok, ErrorCode::ok});
  CHECK(service.write(caller, set_data("/q", "123456789012345")).err == ErrorCode::quota_exceeded);
  CHECK(service.write(caller, set_data("/q", "1")).err == ErrorCode::ok);
  CHECK(service.write(caller, remove("/q/a")).err == ErrorCode::ok);
}

namespace {

// /q with these limits, and nothing in it.
struct Limited : Service {
  explicit Limited(std::string_view limits, bool enforced = true) : Service(enforcing(enforced)) {
    for (const Request& asked :
         {create("/q"), create("/zookeeper/quota/q"), create("/zookeeper/quota/q/zookeeper_limits", limits),
          create("/zookeeper/quota/q/zookeeper_stats", "count=1,bytes=0")}) {
      write(caller, asked);
    }
  }
  static Options enforcing(bool enforced) {
    Options options;
    options.enforce_quota = enforced;
    return options;
  }

  const Caller caller = connect();
};

using What = QuotaExcess::What;
using Excesses = std::vector<QuotaExcess>;

}  // namespace

TEST_CASE("a soft quota never refuses, and what goes over it is noted") {
  Limited service("count=1,bytes=0");
  CHECK(service.write(service.caller, create("/q/a", "too much")).err == ErrorCode::ok);
  CHECK(service.excesses() == Excesses{{"/q", What::count, false, 2, 1}, {"/q", What::bytes, false, 8, 0}});
  CHECK(service.write(service.caller, set_data("/q/a", "less")).err == ErrorCode::ok);
  CHECK(service.excesses() == Excesses{{"/q", What::bytes, false, 4, 0}});
  CHECK(service.write(service.caller, remove("/q/a")).err == ErrorCode::ok);
  CHECK(service.excesses() == Excesses{});
}

TEST_CASE("a hard quota takes the place of the soft one, and what it refuses is noted") {
  Limited service("count=1,bytes=-1=;countHardLimit=2");
  CHECK(service.write(service.caller, create("/q/a")).err == ErrorCode::ok);
  CHECK(service.excesses() == Excesses{});
  CHECK(service.write(service.caller, create("/q/b")).err == ErrorCode::quota_exceeded);
  CHECK(service.excesses() == Excesses{{"/q", What::count, true, 3, 2}});
}

TEST_CASE("quotas that are not enforced are not looked at") {
  Limited service("count=1,bytes=0=;countHardLimit=1", false);
  CHECK(service.write(service.caller, create("/q/a", "too much")).err == ErrorCode::ok);
  CHECK(service.excesses() == Excesses{});
}

}  // namespace paddock::znode::test
