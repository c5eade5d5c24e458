#include "client/recipes/instance_picker.h"

#include <catch2/catch.hpp>
#include <set>

namespace paddock::recipes {
namespace {

InstancePicker::Instances instances(const std::vector<std::string>& ids) {
  InstancePicker::Instances all;
  for (const std::string& id : ids) all[id] = ServiceInstance{"web", id};
  return all;
}

struct Picking {
  PickStrategy strategy = PickStrategy::round_robin;
  InstancePicker::Instances all = instances({"a", "b", "c"});
  InstancePicker picker{strategy, {}, 7};
  int64_t now_ms = 1000;

  std::string picks(int times) {
    std::string all_picked;
    for (int i = 0; i < times; ++i) all_picked += pick();
    return all_picked;
  }
  std::string pick() {
    const ServiceInstance* const picked = picker.pick(all, now_ms);
    return picked ? picked->id : "-";
  }
  void fail(const std::string& id, int times) {
    for (int i = 0; i < times; ++i) picker.note_error(all.at(id), now_ms);
  }
};

TEST_CASE("round robin goes through all of them and begins again") {
  Picking web;
  CHECK(web.picks(4) == "abca");
  web.all.erase("b");
  CHECK(web.picks(2) == "ac");
}

TEST_CASE("random comes by all of them") {
  Picking web{PickStrategy::random};
  std::set<std::string> picked;
  for (int i = 0; i < 100; ++i) picked.insert(web.pick());
  CHECK(picked == std::set<std::string>{"a", "b", "c"});
}

TEST_CASE("sticky stays with one until that one is gone, and then with another") {
  Picking web{PickStrategy::sticky};
  const std::string first = web.pick();
  for (int i = 0; i < 20; ++i) CHECK(web.pick() == first);
  web.all.erase(first);
  const std::string second = web.pick();
  CHECK(second != first);
  web.all = instances({"a", "b", "c"});
  for (int i = 0; i < 20; ++i) CHECK(web.pick() == second);
}

TEST_CASE("where nobody is nobody is picked") {
  Picking web{GENERATE(PickStrategy::round_robin, PickStrategy::random, PickStrategy::sticky)};
  web.all.clear();
  CHECK(web.pick() == "-");
}

TEST_CASE("an instance that is not enabled is not picked") {
  Picking web;
  web.all.at("a").enabled = false;
  web.all.at("c").enabled = false;
  CHECK(web.picks(2) == "bb");
}

TEST_CASE("an instance is down after two failures, until half a minute after the first") {
  Picking web;
  web.fail("a", 1);
  CHECK_FALSE(web.picker.is_down(web.all.at("a"), web.now_ms));
  web.now_ms += 10000;
  web.fail("a", 1);
  CHECK(web.picks(3) == "bcb");
  web.now_ms += 19999;
  CHECK(web.picker.is_down(web.all.at("a"), web.now_ms));
  web.now_ms += 1;
  CHECK_FALSE(web.picker.is_down(web.all.at("a"), web.now_ms));
}

TEST_CASE("an instance that registers again starts anew") {
  Picking web;
  web.fail("a", 2);
  web.all.at("a").registered_at_ms = 5;
  CHECK_FALSE(web.picker.is_down(web.all.at("a"), web.now_ms));
}

TEST_CASE("sticky leaves one that is down, and nobody is picked when all are") {
  Picking web{PickStrategy::sticky};
  const std::string first = web.pick();
  web.fail(first, 2);
  CHECK(web.pick() != first);
  for (const char* id : {"a", "b", "c"}) web.fail(id, 2);
  CHECK(web.pick() == "-");
}

}  // namespace
}  // namespace paddock::recipes
