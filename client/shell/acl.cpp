// getAcl, setAcl, addauth and whoami: who may do what.
#include "client/shell/create_arguments.h"
#include "client/shell/json_forms.h"
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
  const auto& [entries, stat] = acl.value;
  if (arguments.has("-s")) {
    shell.out().show(acl_text(entries) + '\n' + stat_text(stat),
                     {{"acl", acl_json(entries)}, {"stat", stat_json(stat)}});
  } else {
    shell.out().show(acl_text(entries), acl_json(entries));
  }
  return ExitCode::ok;
}

ExitCode set_acl(Shell& shell, const Arguments& arguments) {
  const auto acl = parse_acl(arguments.at(1));
  if (!acl) return shell.wrong_usage(acl.fault().message);
  const auto version = version_of(arguments);
  if (!version) return shell.wrong_usage(version.fault().message);
  std::vector<std::string> paths = {arguments.at(0)};
  if (arguments.has("-R")) {
    auto found = list_subtree(shell.zk(), paths.front());
    if (!found) return shell.refuse(found.err, paths.front());
    paths = std::move(found.value);
  }
  const auto outcomes = shell.zk().call_each<Stat>(
      paths.size(),
      [=, entries = acl.value(), expected = version.value()](Client& client, size_t i, Callback<Stat> done) {
        client.set_acl(paths[i], entries, expected, std::move(done));
      });
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (!outcomes[i]) return shell.refuse(outcomes[i].err, paths[i]);
  }
  if (arguments.has("-s")) {
    shell.out().show(stat_text(outcomes.front().value), stat_json(outcomes.front().value));
  }
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
  std::string text = "Auth scheme: User";
  Json list = Json::array();
  for (const Identity& identity : identities.value) {
    text += fmt::format("\n{}: {}", identity.scheme, identity.user);
    list.push_back({{"scheme", identity.scheme}, {"user", identity.user}});
  }
  shell.out().show(text, list);
  return ExitCode::ok;
}

}  // namespace

Family acl_commands() {
  return {"Permissions",
          {{
               .name = "getAcl",
               .parameters = "PATH",
               .summary = "print who may do what with a node",
               .flags = {{"-s", "", "print the stat as well"}},
               .examples = {"getAcl /app"},
               .least = 1,
               .most = 1,
               .run = get_acl,
           },
           {
               .name = "setAcl",
               .parameters = "PATH ACL",
               .summary = "set who may do what with a node",
               .flags = {{"-s", "", "print the new stat"},
                         {"-v", "VERSION", "only if the node has this ACL version"},
                         {"-R", "", "for everything below as well"}},
               .examples = {"setAcl /app world:anyone:r",
                            "setAcl -R /app auth::cdrwa   (whoever you are authenticated as)"},
               .least = 2,
               .most = 2,
               .run = set_acl,
           },
           {
               .name = "addauth",
               .parameters = "SCHEME [AUTH]",
               .summary = "authenticate this session",
               .examples = {"addauth digest user:password"},
               .least = 1,
               .most = 2,
               .paths = 0,
               .run = add_auth,
           },
           {
               .name = "whoami",
               .summary = "print what the server knows this session as",
               .paths = 0,
               .run = who_am_i,
           }}};
}

}  // namespace paddock::client::shell
