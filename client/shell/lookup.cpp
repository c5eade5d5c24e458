// session and owner: whose a session or an ephemeral node is.
#include "client/shell/ensemble.h"
#include "client/shell/four_letter.h"
#include "client/shell/json_forms.h"
#include "client/shell/server_connections.h"
#include "client/shell/shell.h"
#include "client/shell/subtree.h"
#include "client/shell/text_forms.h"

namespace paddock::client::shell {
namespace {

constexpr int64_t kPatienceMs = 5000;

// The sessions of all servers for which `wanted`; what a server does not tell is complained about.
std::vector<ServerConnection> find_sessions(Shell& shell, const std::function<bool(int64_t)>& wanted) {
  const std::vector<HostPort> servers = all_servers(shell);
  const auto answers = ask_servers(servers, "cons", kPatienceMs);
  std::vector<ServerConnection> found;
  for (size_t i = 0; i < servers.size(); ++i) {
    if (!answers[i]) {
      shell.complain(answers[i].fault().message);
      continue;
    }
    for (ServerConnection& connection : parse_cons(to_string(servers[i]), answers[i].value().text)) {
      if (wanted(connection.session)) found.push_back(std::move(connection));
    }
  }
  return found;
}

void show(Shell& shell, const ServerConnection& connection) {
  const std::string session = hex_text(connection.session);
  shell.out().row(fmt::format("{} {} on {}, timeout {} ms, last {}", session, connection.client,
                              connection.server, connection.timeout_ms, connection.last_operation),
                  {{"session", session},
                   {"client", connection.client},
                   {"server", connection.server},
                   {"timeout_ms", connection.timeout_ms},
                   {"last", connection.last_operation}});
}

ExitCode show_found(Shell& shell, const std::vector<ServerConnection>& found, const std::string& whom) {
  for (const ServerConnection& connection : found) show(shell, connection);
  if (!found.empty()) return ExitCode::ok;
  return shell.fail(ExitCode::refused, fmt::format("No server has a connection of {}", whom));
}

ExitCode own_session(Shell& shell) {
  struct Own {
    int64_t id = 0;
    int32_t timeout_ms = 0;
  };
  const auto own = shell.zk().call<Own>([](Client& client, const Callback<Own>& done) {
    done({ErrorCode::ok, {client.session_id().value, client.negotiated_timeout_ms()}});
  });
  if (!own) return shell.refuse(own.err, "session");
  const std::string id = hex_text(own.value.id);
  const std::string_view state = state_name(shell.zk().state());
  shell.out().show(
      fmt::format("{} {} with {}, timeout {} ms", id, state, shell.options().servers, own.value.timeout_ms),
      {{"session", id},
       {"state", state},
       {"servers", shell.options().servers},
       {"timeout_ms", own.value.timeout_ms}});
  return ExitCode::ok;
}

ExitCode session(Shell& shell, const Arguments& arguments) {
  if (arguments.has("-a"))
    return show_found(shell, find_sessions(shell, [](int64_t) { return true; }), "anybody");
  if (arguments.count() == 0) return own_session(shell);
  std::string given = arguments.at(0);
  if (!given.starts_with("0x")) given.insert(0, "0x");
  return show_found(shell, find_sessions(shell, [&](int64_t id) { return hex_text(id) == given; }), given);
}

ExitCode owner(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const auto stat = shell.zk().exists(path);
  if (!stat) return shell.refuse(stat.err, path);
  if (!is_ephemeral(stat.value)) {
    return shell.fail(ExitCode::refused, fmt::format("{} is not ephemeral: nobody owns it", path));
  }
  const int64_t owner_id = stat.value.ephemeral_owner;
  return show_found(shell, find_sessions(shell, [&](int64_t id) { return id == owner_id; }),
                    hex_text(owner_id));
}

}  // namespace

Family lookup_commands() {
  return {
      "Who",
      {{
           .name = "session",
           .parameters = "[ID]",
           .summary = "print this session, or who a session belongs to and which server it is connected to",
           .flags = {{"-a", "", "all sessions of all servers"}},
           .examples = {"session", "session 0x100000a3c480001"},
           .most = 1,
           .paths = 0,
           .run = session,
       },
       {
           .name = "owner",
           .parameters = "PATH",
           .summary = "print who the owner of an ephemeral node is, and which server it is connected to",
           .examples = {"owner /members/m-0000000001"},
           .least = 1,
           .most = 1,
           .run = owner,
       }}};
}

}  // namespace paddock::client::shell
