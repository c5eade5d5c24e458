// Watches as clients ask for them, and the events that writes then cause.
#include "service.h"

namespace paddock::znode::test {
namespace {

using client::EventType;
using client::WatcherType;

int32_t number(WatcherType type) {
  return static_cast<int32_t>(type);
}

// Events without zxid, in order.
using Told = std::vector<std::pair<EventType, std::string>>;

struct Scene {
  Service service;
  Caller writer = service.connect();
  Caller watcher = service.connect();

  Told write(const Request& asked) {
    REQUIRE(service.write(writer, asked).err == ErrorCode::ok);
    Told told;
    for (const Event& event : service.events()) {
      CHECK(event.connection == watcher.connection.value);
      CHECK(event.zxid == service.zxid.value);
      told.emplace_back(event.type, event.path);
    }
    return told;
  }
  ErrorCode read(const Request& asked) { return service.read(watcher, asked).err; }
};

template <class Record>
Told catch_up(Scene& scene, OpCode type, const Record& record) {
  const Answer answer = scene.service.read(scene.watcher, request(type, record));
  CHECK(answer.err == ErrorCode::ok);
  CHECK(answer.body.empty());
  Told told;
  for (const Event& event : scene.service.events()) {
    CHECK(event.zxid == -1);
    told.emplace_back(event.type, event.path);
  }
  return told;
}

}  // namespace

TEST_CASE("each write fires the watches of section 11.2, in its order") {
  Scene scene;
  scene.write(create("/p"));
  CHECK(scene.read(look(OpCode::exists, "/p/c", true)) == ErrorCode::no_node);
  CHECK(scene.read(look(OpCode::get_children, "/p", true)) == ErrorCode::ok);
  CHECK(scene.write(create("/p/c")) ==
        Told{{EventType::created, "/p/c"}, {EventType::children_changed, "/p"}});
  scene.read(look(OpCode::get_data, "/p/c", true));
  CHECK(scene.write(set_data("/p/c", "x")) == Told{{EventType::data_changed, "/p/c"}});
  CHECK(scene.write(set_data("/p/c", "y")).empty());
  scene.read(look(OpCode::get_data, "/p/c", true));
  scene.read(look(OpCode::get_children2, "/p/c", true));
  scene.read(look(OpCode::get_children2, "/p", true));
  CHECK(scene.write(set_acl("/p/c", open_list())).empty());
  CHECK(scene.write(remove("/p/c")) ==
        Told{{EventType::deleted, "/p/c"}, {EventType::children_changed, "/p"}});
  CHECK(scene.service.watches.count() == 0);
  scene.read(look(OpCode::get_children, "/", true));
  CHECK(scene.write(remove("/p")) == Told{{EventType::children_changed, "/"}});
}

TEST_CASE("a child watcher alone hears of the deletion too") {
  Scene scene;
  scene.write(create("/p"));
  scene.read(look(OpCode::get_children, "/p", true));
  CHECK(scene.write(remove("/p")) == Told{{EventType::deleted, "/p"}});
}

TEST_CASE("a multi fires per operation, a closing session per node, a failed write not at all") {
  Scene scene;
  CHECK(scene.service.read(scene.watcher, about_watch(OpCode::add_watch, "/", 1)).body ==
        std::string(4, '\0'));
  CHECK(scene.write(multi({op_create("/a"), op_create("/a/b", 1), op_set("/a", "x")})) ==
        Told{{EventType::created, "/a"}, {EventType::created, "/a/b"}, {EventType::data_changed, "/a"}});
  CHECK(scene.write(multi({op_set("/a", "y"), op_check("/missing")})).empty());
  CHECK(scene.write(close_session()) == Told{{EventType::deleted, "/a/b"}});
}

TEST_CASE("persistent watches tell of node and children, recursive ones of everything below") {
  Scene scene;
  scene.write(create("/p"));
  scene.read(about_watch(OpCode::add_watch, "/p", 0));
  CHECK(scene.service.watches.count() == 2);
  CHECK(scene.write(create("/p/c")) == Told{{EventType::children_changed, "/p"}});
  CHECK(scene.write(create("/p/c/d")).empty());
  CHECK(scene.write(set_data("/p", "x")) == Told{{EventType::data_changed, "/p"}});
  scene.read(about_watch(OpCode::add_watch, "/p", 1));
  CHECK(scene.service.watches.count() == 2);
  CHECK(scene.write(create("/p/e")) ==
        Told{{EventType::created, "/p/e"}, {EventType::children_changed, "/p"}});
  CHECK(scene.write(remove("/p/c/d")) == Told{{EventType::deleted, "/p/c/d"}});
}

TEST_CASE("addWatch takes any path, and two modes") {
  Scene scene;
  CHECK(scene.read(about_watch(OpCode::add_watch, {}, 0)) == ErrorCode::ok);
  CHECK(scene.read(about_watch(OpCode::add_watch, "no path", 1)) == ErrorCode::ok);
  CHECK(scene.read(about_watch(OpCode::add_watch, "/", 2)) == ErrorCode::marshalling_error);
  CHECK(scene.read(about_watch(OpCode::add_watch, "/", -1)) == ErrorCode::marshalling_error);
  CHECK(scene.read(Request{OpCode::add_watch, ""}) == ErrorCode::marshalling_error);
}

TEST_CASE("checkWatches and removeWatches") {
  Scene scene;
  scene.write(create("/p"));
  scene.read(look(OpCode::get_data, "/p", true));
  const auto check = [&](jute::Text path, int32_t type) {
    return scene.read(about_watch(OpCode::check_watches, path, type));
  };
  const auto remove = [&](jute::Text path, int32_t type) {
    return scene.read(about_watch(OpCode::remove_watches, path, type));
  };
  CHECK(check("/p", number(WatcherType::data)) == ErrorCode::ok);
  CHECK(check("/p", number(WatcherType::children)) == ErrorCode::no_watcher);
  CHECK(check("/p", number(WatcherType::any)) == ErrorCode::ok);
  CHECK(remove("/p", number(WatcherType::persistent)) == ErrorCode::no_watcher);
  CHECK(remove("/p", number(WatcherType::data)) == ErrorCode::ok);
  CHECK(remove("/p", number(WatcherType::data)) == ErrorCode::no_watcher);
  CHECK(scene.write(set_data("/p", "x")).empty());
  for (const int32_t unknown : {0, 6, -1}) {
    CHECK(check("/p", unknown) == ErrorCode::marshalling_error);
    CHECK(remove({}, unknown) == ErrorCode::marshalling_error);
  }
  CHECK(check({}, 1) == ErrorCode::marshalling_error);
  CHECK(remove({}, 1) == ErrorCode::no_watcher);
}

TEST_CASE("setWatches2 reports what was missed and watches the rest, list by list") {
  Scene scene;
  scene.write(create("/old"));
  scene.write(create("/parent"));
  const int64_t seen = scene.service.zxid.value;
  scene.write(create("/new"));
  scene.write(create("/parent/child"));
  scene.write(set_data("/parent", "x"));
  const client::SetWatches2Request lists{seen,
                                         {"/missing", "/parent", "/old"},
                                         {"/missing", "/old"},
                                         {"/missing", "/parent", "/old"},
                                         {"/old"},
                                         {"/parent"}};
  CHECK(catch_up(scene, OpCode::set_watches2, lists) == Told{{EventType::deleted, "/missing"},
                                                             {EventType::data_changed, "/parent"},
                                                             {EventType::created, "/old"},
                                                             {EventType::deleted, "/missing"},
                                                             {EventType::children_changed, "/parent"}});
  const auto watches = [&](WatcherType type, std::string_view path) {
    return scene.service.watches.contains(type, path, scene.watcher.connection);
  };
  CHECK(watches(WatcherType::data, "/old"));
  CHECK(watches(WatcherType::data, "/missing"));
  CHECK(watches(WatcherType::children, "/old"));
  CHECK(watches(WatcherType::persistent, "/old"));
  CHECK(watches(WatcherType::persistent_recursive, "/parent"));
  CHECK_FALSE(watches(WatcherType::data, "/parent"));
  CHECK_FALSE(watches(WatcherType::children, "/parent"));
  CHECK(scene.service.watches.count() == 4);
}

TEST_CASE("setWatches has three lists") {
  Scene scene;
  scene.write(create("/a"));
  const int64_t seen = scene.service.zxid.value;
  CHECK(
      catch_up(scene, OpCode::set_watches, client::SetWatchesRequest{seen, {"/a"}, {"/b"}, {"/a"}}).empty());
  CHECK(scene.write(create("/b")) == Told{{EventType::created, "/b"}});
  CHECK(scene.write(remove("/a")) == Told{{EventType::deleted, "/a"}});
}

TEST_CASE("null lists and null paths in setWatches are malformed, after what came before them") {
  Scene scene;
  const auto null = jute::Vector<jute::Text>::make_null();
  const jute::Vector<jute::Text> missing{"/missing"};
  const auto told = [&](const auto& record, OpCode type) {
    CHECK(scene.read(request(type, record)) == ErrorCode::marshalling_error);
    return scene.service.events().size();
  };
  CHECK(told(client::SetWatchesRequest{0, null, {}, missing}, OpCode::set_watches) == 0);
  CHECK(told(client::SetWatchesRequest{0, missing, {}, null}, OpCode::set_watches) == 1);
  CHECK(told(client::SetWatchesRequest{0, {"/missing", jute::Text(), "/missing"}, {}, {}},
             OpCode::set_watches) == 1);
  CHECK(told(client::SetWatches2Request{0, missing, {}, missing, {}, null}, OpCode::set_watches2) == 2);
  CHECK(told(client::SetWatchesRequest{0, missing, {}, {}}, OpCode::set_watches2) == 0);
}

}  // namespace paddock::znode::test
