// getAcl, setAcl, addauth and whoami: who may do what.
#include "client/shell/shell.h"
#include "client/shell/subtree.h"
#include "client/shell/text_forms.h"

namespace paddock::client::shell {
namespace {

using AclAndStat = std::pair<std::vector<OwnedAcl>, Stat>;

ExitCode get_acl(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const auto acl = shell.zk().call<AclAndStat>(
      [=](Client& client, Callback<AclAndStat> done) { client.get_acl(path, std::move(done)); });
  if (!acl) return shell.refuse(acl.err, path);
  shell.print(acl_text(acl.value.first));
  if (arguments.has("-s")) shell.print(stat_text(acl.value.second));
  return ExitCode::ok;
}

ExitCode set_acl(Shell& shell, const Arguments& arguments) {
  const auto acl = parse_acl(arguments.at(1));
  if (!acl) return shell.wrong_usage(acl.fault().message);
  const auto version = arguments.number("-v");
  if (!version) return shell.wrong_usage(version.fault().message);
  const auto expected = static_cast<int32_t>(version.value().value_or(-1));
  std::vector<std::string> paths = {arguments.at(0)};
  if (arguments.has("-R")) {
    auto found = list_subtree(shell.zk(), paths.front());
    if (!found) return shell.refuse(found.err, paths.front());
    paths = std::move(found.value);
  }
  const auto outcomes = shell.zk().call_each<Stat>(
      paths.size(), [=, entries = acl.value()](Client& client, size_t i, Callback<Stat> done) {
        client.set_acl(paths[i], entries, expected, std::move(done));
      });
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (!outcomes[i]) return shell.refuse(outcomes[i].err, paths[i]);
  }
  if (arguments.has("-s")) shell.print(stat_text(outcomes.front().value));
  return ExitCode::ok;
}

ExitCode add_auth(Shell& shell, const Arguments& arguments) {
  const std::string& scheme = arguments.at(0);
  const std::string data = arguments.count() > 1 ? arguments.at(1) : "";
  const auto added = shell.zk().call<Nothing>(
      [=](Client& client, Callback<Nothing> done) { client.add_auth(scheme, data, std::move(done)); });
  return added ? ExitCode::ok : shell.refuse(added.err, scheme);
}

ExitCode who_am_i(Shell& shell, const Arguments&) {
  const auto identities = shell.zk().call<std::vector<Identity>>(
      [](Client& client, Callback<std::vector<Identity>> done) { client.who_am_i(std::move(done)); });
  if (!identities) return shell.refuse(identities.err, "whoami");
  shell.print("Auth scheme: User");
  for (const Identity& identity : identities.value) {
    shell.print(fmt::format("{}: {}", identity.scheme, identity.user));
  }
  return ExitCode::ok;
}

}  // namespace

Family acl_commands() {
  return {
      "Permissions",
      {{"getAcl",
        "PATH",
        "print who may do what with a node",
        {{"-s", "", "print the stat as well"}},
        {"getAcl /app"},
        1,
        1,
        true,
        true,
        get_acl},
       {"setAcl",
        "PATH ACL",
        "set who may do what with a node",
        {{"-s", "", "print the new stat"},
         {"-v", "VERSION", "only if the node has this ACL version"},
         {"-R", "", "for everything below as well"}},
        {"setAcl /app world:anyone:r", "setAcl -R /app auth::cdrwa   (whoever you are authenticated as)"},
        2,
        2,
        true,
        true,
        set_acl},
       {"addauth",
        "SCHEME [AUTH]",
        "authenticate this session",
        {},
        {"addauth digest user:password"},
        1,
        2,
        false,
        true,
        add_auth},
       {"whoami", "", "print what the server knows this session as", {}, {}, 0, 0, false, true, who_am_i}}};
}

}  // namespace paddock::client::shell
