#include "znode/read.h"

#include <algorithm>
#include <set>

#include "service.h"

namespace paddock::znode::test {
namespace {

Answer on_path(Service& service, const Caller& caller, OpCode type, jute::Text path) {
  return service.read(caller, request(type, client::PathRecord{path}));
}

std::set<std::string> names(const jute::Vector<jute::Text>& texts) {
  std::set<std::string> set;
  for (const jute::Text& text : texts) set.insert(text.str());
  CHECK(set.size() == texts.size());
  return set;
}

// /open with children, /locked readable by its owner alone.
struct Scene {
  Service service;
  Caller owner = service.connect("o:p");
  Caller stranger = service.connect();

  Scene() {
    for (const Request& asked : {create("/open", "data"), create("/open/a"), create("/open/b"),
                                 create("/locked", "", 0, list_for("auth", ""))}) {
      REQUIRE(service.write(owner, asked).err == ErrorCode::ok);
    }
  }
};

constexpr OpCode kLooks[] = {OpCode::get_data, OpCode::get_children, OpCode::get_children2, OpCode::get_acl,
                             OpCode::get_all_children_number};

}  // namespace

TEST_CASE("reads check in ZooKeeper's order: decode, existence, READ") {
  Scene scene;
  Service& service = scene.service;
  for (const OpCode type : kLooks) {
    CAPTURE(static_cast<int>(type));
    const auto err = [&](jute::Text path) {
      return service.read(scene.stranger, look(type, path, true)).err;
    };
    CHECK(service.read(scene.stranger, Request{type, ""}).err == ErrorCode::marshalling_error);
    CHECK(err({}) == ErrorCode::marshalling_error);
    CHECK(err("/missing") == ErrorCode::no_node);
    CHECK(err("/open/") == ErrorCode::no_node);
    CHECK(err(std::string_view("/\0", 2)) == ErrorCode::no_node);
    CHECK(err("/locked") == ErrorCode::no_auth);
    CHECK(service.watches.count() == 0);
    CHECK(service.read(scene.owner, look(type, "/locked")).err == ErrorCode::ok);
    CHECK(service.read(scene.stranger, look(type, "")).err == ErrorCode::ok);
    CHECK(service.read(scene.stranger, look(type, "/locked")).body.empty());
  }
}

TEST_CASE("exists checks for NUL and, where there is a node, READ; it watches what is not there") {
  Scene scene;
  Service& service = scene.service;
  const auto err = [&](jute::Text path) {
    return service.read(scene.stranger, look(OpCode::exists, path, true)).err;
  };
  CHECK(err({}) == ErrorCode::marshalling_error);
  CHECK(err(std::string_view("/locked\0", 8)) == ErrorCode::bad_arguments);
  CHECK(err("/locked") == ErrorCode::no_auth);
  CHECK(service.watches.count() == 0);
  CHECK(err("/missing") == ErrorCode::no_node);
  CHECK(err("/open") == ErrorCode::ok);
  CHECK(service.watches.count() == 2);
  service.write(scene.owner, create("/missing"));
  const uint64_t stranger = scene.stranger.connection.value;
  CHECK(service.events() ==
        std::vector<Event>{{stranger, client::EventType::created, "/missing", service.zxid.value}});
}

TEST_CASE("reads show data, stat, children and list") {
  Scene scene;
  Service& service = scene.service;
  const client::Stat stat = service.stat("/open");
  CHECK(service.read(scene.stranger, look(OpCode::exists, "/open")).as<client::StatResponse>().stat == stat);
  CHECK(service.read(scene.stranger, look(OpCode::get_data, "/open")).as<client::GetDataResponse>() ==
        client::GetDataResponse{"data", stat});
  const std::set<std::string> children{"a", "b"};
  const Answer plain = service.read(scene.stranger, look(OpCode::get_children, "/open"));
  CHECK(names(plain.as<client::GetChildrenResponse>().children) == children);
  const Answer with_stat = service.read(scene.stranger, look(OpCode::get_children2, "/open"));
  CHECK(names(with_stat.as<client::GetChildren2Response>().children) == children);
  CHECK(with_stat.as<client::GetChildren2Response>().stat == stat);
  CHECK(on_path(service, scene.stranger, OpCode::get_acl, "/open").as<client::GetAclResponse>() ==
        client::GetAclResponse{open_list(), stat});
}

TEST_CASE("getACL masks digests for those without ADMIN") {
  Service service;
  const Caller owner = service.connect("o:p");
  const Caller stranger = service.connect();
  const std::string id = digest_of("o:p");
  const AclView list{{31, {"digest", id}}, {client::kPermRead, {"world", "anyone"}}};
  service.write(owner, create("/a", "", 0, list));
  CHECK(on_path(service, owner, OpCode::get_acl, "/a").as<client::GetAclResponse>().acl == list);
  CHECK(on_path(service, stranger, OpCode::get_acl, "/a").as<client::GetAclResponse>().acl ==
        AclView{{31, {"digest", "o:x"}}, {client::kPermRead, {"world", "anyone"}}});
  service.write(owner, create("/b", "", 0, list_for("world", "anyone", client::kPermAdmin)));
  CHECK(on_path(service, stranger, OpCode::get_acl, "/b").err == ErrorCode::ok);
}

TEST_CASE("getAllChildrenNumber counts all descendants, below the root ZooKeeper's own too") {
  Scene scene;
  const auto total = [&](jute::Text path) {
    return on_path(scene.service, scene.stranger, OpCode::get_all_children_number, path)
        .as<client::GetAllChildrenNumberResponse>()
        .total;
  };
  scene.service.write(scene.owner, create("/open/a/deep"));
  scene.service.write(scene.owner, create("/opener"));
  CHECK(total("/open") == 3);
  CHECK(total("/open/a") == 1);
  CHECK(total("/open/b") == 0);
  CHECK(total("/") == 3 + 6);
  CHECK(total("") == 1 + 3 + 6);
}

TEST_CASE("getEphemerals lists the session's own, by plain prefix") {
  Service service;
  const Caller caller = service.connect();
  const Caller other = service.connect();
  for (const char* path : {"/e", "/ea", "/x"}) service.write(caller, create(path, "", 1));
  service.write(other, create("/eb", "", 1));
  const auto list = [&](jute::Text prefix) {
    return names(service.read(caller, request(OpCode::get_ephemerals, client::GetEphemeralsRequest{prefix}))
                     .as<client::GetEphemeralsResponse>()
                     .paths);
  };
  const std::set<std::string> all{"/e", "/ea", "/x"};
  CHECK(list({}) == all);
  CHECK(list("") == all);
  CHECK(list(" \t") == all);
  CHECK(list(" / ") == all);
  CHECK(list("/e") == std::set<std::string>{"/e", "/ea"});
  CHECK(list(" /e").empty());
  CHECK(service.read(caller, Request{OpCode::get_ephemerals, ""}).err == ErrorCode::marshalling_error);
}

TEST_CASE("whoAmI names every identity, whatever its body says") {
  Options options;
  options.super_digest = digest_of("root:secret");
  Service service(options);
  const Caller caller = service.connect("root:secret");
  const Answer answer = service.read(caller, Request{OpCode::who_am_i, "ignored"});
  CHECK(answer.as<client::WhoAmIResponse>().identities ==
        jute::Vector<client::ClientInfo>{{"ip", "127.0.0.1"}, {"super", ""}, {"digest", "root"}});
}

TEST_CASE("multiRead answers each read for itself, without watching") {
  Scene scene;
  Service& service = scene.service;
  client::MultiOp watching = op_read(OpCode::get_data, "/open");
  std::get<client::PathWatchRequest>(watching.body).watch = true;
  const Answer answer = service.read(
      scene.stranger, multi({op_read(OpCode::get_data, "/missing"), watching,
                             op_read(OpCode::get_data, "/locked"), op_read(OpCode::get_children, "/open")},
                            OpCode::multi_read));
  CHECK(answer.err == ErrorCode::ok);
  CHECK(
      parts_of(answer) ==
      Parts{{OpCode::error, -101}, {OpCode::get_data, 0}, {OpCode::error, -102}, {OpCode::get_children, 0}});
  CHECK(service.watches.count() == 0);
  CHECK(parts_of(service.read(scene.stranger, multi({}, OpCode::multi_read))).empty());
}

TEST_CASE("a multiRead that ZooKeeper throws at has an error and what was answered before") {
  Scene scene;
  const auto ask = [&](const std::vector<client::MultiOp>& ops) {
    const Answer answer = scene.service.read(scene.stranger, multi(ops, OpCode::multi_read));
    CHECK(answer.err == ErrorCode::marshalling_error);
    return answer;
  };
  CHECK(parts_of(ask({op_remove("/open/a"), op_remove("/open/b")})).empty());
  CHECK(parts_of(ask({op_read(OpCode::get_data, "/open"), op_read(OpCode::get_data, {})})) ==
        Parts{{OpCode::get_data, 0}});
  CHECK(ask({op_read(OpCode::get_data, "/open"), op_remove("/open/a")}).body.empty());
}

}  // namespace paddock::znode::test
