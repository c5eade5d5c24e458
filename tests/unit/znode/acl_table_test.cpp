#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "znode/acl.h"

namespace paddock::znode {
namespace {

AclView list_of(const std::string& user, int32_t perms = client::kPermAll) {
  return {client::Acl{perms, {"digest", user}}};
}

}  // namespace

TEST_CASE("equal lists share an id, others do not") {
  AclTable table;
  const AclId alice = table.intern(list_of("alice:x"));
  CHECK(table.intern(list_of("alice:x")) == alice);
  CHECK(table.intern(list_of("bob:x")) != alice);
  CHECK(table.intern(list_of("alice:x", 1)) != alice);
  CHECK(table.size() == 3);
}

TEST_CASE("world:anyone with all permissions is always id 0 and costs nothing") {
  AclTable table;
  const AclView open{client::Acl{client::kPermAll, {"world", "anyone"}}};
  CHECK(table.intern(open) == kOpenAcl);
  table.release(kOpenAcl);
  table.release(kOpenAcl);
  CHECK(table.list(kOpenAcl) == open);
  CHECK(table.intern({client::Acl{client::kPermRead, {"world", "anyone"}}}) != kOpenAcl);
  CHECK(table.size() == 1);
}

TEST_CASE("a list lives as long as it is referenced and its id is then used again") {
  AclTable table;
  const AclId id = table.intern(list_of("alice:x"));
  table.add_reference(id);
  table.release(id);
  CHECK(table.list(id) == list_of("alice:x"));
  table.release(id);
  CHECK(table.size() == 0);
  CHECK(table.intern(list_of("bob:x")) == id);
  CHECK(table.list(id) == list_of("bob:x"));
}

TEST_CASE("a list stays where it is while the table grows") {
  AclTable table;
  const AclId id = table.intern(list_of("first:x"));
  const AclView& list = table.list(id);
  for (int i = 0; i < 1000; ++i) table.intern(list_of("user" + std::to_string(i) + ":x"));
  CHECK(list == list_of("first:x"));
  CHECK(&table.list(id) == &list);
}

TEST_CASE("null and empty lists are kept apart") {
  AclTable table;
  const AclId null = table.intern(AclView::make_null());
  const AclId empty = table.intern(AclView());
  CHECK(null != empty);
  CHECK(table.list(null).null);
  CHECK_FALSE(table.list(empty).null);
  CHECK(table.encoded(null) == std::string_view("\xff\xff\xff\xff"));
}

}  // namespace paddock::znode
