#include "protocol/sasl/local_names.h"

#include <catch2/catch.hpp>

using namespace paddock;
using namespace paddock::sasl;

namespace {

LocalNames names_of(std::string_view rules) {
  auto parsed = LocalNameRules::parse(rules);
  INFO(rules);
  REQUIRE(parsed);
  return {std::move(*parsed), "HOME", false, false};
}

// With host and realm taken away, as far as the rules leave them there.
std::string bare(std::string_view rules, std::string_view name) {
  LocalNames names = names_of(rules);
  names.remove_host = names.remove_realm = true;
  return names.id_of(name).value_or("(nobody)");
}

std::string refusal(std::string_view rules) {
  const auto parsed = LocalNameRules::parse(rules);
  return parsed ? "taken" : parsed.fault().message;
}

}  // namespace

TEST_CASE("a principal is taken apart as ZooKeeper does") {
  CHECK(KerberosName::parse("bob") == KerberosName{"bob", {}, {}});
  CHECK(KerberosName::parse("bob@HOME") == KerberosName{"bob", {}, "HOME"});
  CHECK(KerberosName::parse("zk/a.b@HOME") == KerberosName{"zk", "a.b", "HOME"});
  CHECK(KerberosName::parse("zk/@") == KerberosName{"zk", "", ""});
  CHECK(KerberosName::parse("a/b/c") == KerberosName{"a/b/c", {}, {}});
  CHECK_FALSE(KerberosName::parse("a/b/c@HOME"));
  CHECK_FALSE(KerberosName::parse("a@b@HOME"));
  CHECK_FALSE(KerberosName::parse("a@b/c"));
}

TEST_CASE("host and realm stay unless they are to be removed") {
  LocalNames names = names_of("DEFAULT");
  CHECK(names.id_of("zk/host@HOME") == "zk/host@HOME");
  names.remove_host = true;
  CHECK(names.id_of("zk/host@HOME") == "zk@HOME");
  names.remove_realm = true;
  CHECK(names.id_of("zk/host@HOME") == "zk");
  names.remove_host = false;
  CHECK(names.id_of("zk/host@HOME") == "zk/host");
  CHECK(names.id_of("bob") == "bob");
}

TEST_CASE("a name that no rule takes stays whole, and one that is none is nobody") {
  CHECK(bare("DEFAULT", "bob@ELSEWHERE") == "bob@ELSEWHERE");
  CHECK(bare("", "bob@HOME") == "bob@HOME");
  CHECK(bare("DEFAULT", "a@b@HOME") == "(nobody)");
  CHECK(bare("DEFAULT", std::string(2000, 'a')) == "(nobody)");
}

TEST_CASE("the first rule that takes a name decides") {
  const std::string rules =
      "RULE:[2:$1/$2@$0](zk/.*@HOME)s/.*/servers/ RULE:[1:$1@$0](.*@ELSEWHERE)s/(.*)@.*/guest-$1/ DEFAULT";
  CHECK(bare(rules, "zk/a@HOME") == "servers");
  CHECK(bare(rules, "bob@ELSEWHERE") == "guest-bob");
  CHECK(bare(rules, "bob@HOME") == "bob");
  CHECK(bare(rules, "other/a@HOME") == "other");
  CHECK(bare(rules, "other/a@ELSEWHERE") == "other/a@ELSEWHERE");
}

TEST_CASE("a rule is for names of as many parts as it says, and its expression must match all") {
  CHECK(bare("RULE:[1:$1]", "zk/a@HOME") == "zk/a@HOME");
  CHECK(bare("RULE:[2:$2-$1-$0]", "zk/a@HOME") == "a-zk-HOME");
  CHECK(bare("RULE:[1:$1](bo)", "bob@HOME") == "bob@HOME");
  CHECK(bare("RULE:[1:$1](bo.)", "bob@HOME") == "bob");
}

TEST_CASE("one or all places are replaced, and L makes small letters") {
  CHECK(bare("RULE:[1:$1]s/a/o/", "banana@HOME") == "bonana");
  CHECK(bare("RULE:[1:$1]s/a/o/g", "banana@HOME") == "bonono");
  CHECK(bare("RULE:[1:$1]s/(.)a/$1$1\\$/g", "banana@HOME") == "bb$nn$nn$");
  CHECK(bare("RULE:[1:$1]s/$/-x/", "BOB@HOME") == "BOB-x");
  CHECK(bare("RULE:[1:$1]s/B/b/gL", "BOB@HOME") == "bob");
  CHECK(bare("RULE:[1:$1]/L", "BOB@HOME") == "bob");
}

TEST_CASE("what comes out may be no principal again") {
  CHECK(bare("RULE:[1:$1@$0]", "bob@HOME") == "bob@HOME");
  CHECK(bare("RULE:[1:$1@$0] DEFAULT", "bob@HOME") == "bob@HOME");
  CHECK_FALSE(names_of("RULE:[1:$1@$0] DEFAULT").rules.short_name({"bob", {}, "HOME"}, "HOME"));
}

TEST_CASE("an expression that would never end is given up") {
  const std::string name = std::string(60, 'a') + "@HOME";
  CHECK(bare("RULE:[1:$1]s/(a*)*b/x/", name) == name);
}

TEST_CASE("rules that are none are refused by name") {
  CHECK_THAT(refusal("DEFAULT RULE[1:$1]"), Catch::Contains("'RULE[1:$1]'"));
  CHECK_THAT(refusal("RULE:[1:$2]"), Catch::Contains("no part"));
  CHECK_THAT(refusal("RULE:[1:$]"), Catch::Contains("no part"));
  CHECK_THAT(refusal("RULE:[3:$1]"), Catch::Contains("parts"));
  CHECK_THAT(refusal("RULE:[:$1]"), Catch::Contains("parts"));
  CHECK_THAT(refusal("RULE:[1:$1](x"), Catch::Contains("ends too soon"));
  CHECK_THAT(refusal("RULE:[1:$1]s/x/y"), Catch::Contains("ends too soon"));
  CHECK_THAT(refusal("RULE:[1:$1](**)"), Catch::Contains("expression"));
  const std::string expression(257, 'a');
  CHECK_THAT(refusal("RULE:[1:$1](" + expression + ")"), Catch::Contains("257 characters"));
  CHECK_THAT(refusal("RULE:[1:$1]s/x/$1/"), Catch::Contains("group"));
  CHECK_THAT(refusal("RULE:[1:$1]s/x/\\"), Catch::Contains("ends"));
  CHECK(refusal(" DEFAULT ") == "taken");
}
