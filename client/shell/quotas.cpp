// setquota, listquota and delquota: limits of a subtree, kept in nodes below /zookeeper/quota.
#include "client/shell/quota_text.h"
#include "client/shell/shell.h"
#include "client/shell/subtree.h"
#include "client/shell/text_forms.h"
#include "protocol/base/paths.h"

namespace paddock::client::shell {
namespace {

constexpr const char* kQuotaRoot = "/zookeeper/quota";

std::string limits_path(const std::string& path) {
  return kQuotaRoot + path + "/zookeeper_limits";
}
std::string stats_path(const std::string& path) {
  return kQuotaRoot + path + "/zookeeper_stats";
}

Outcome<NodeData> read(Shell& shell, const std::string& path) {
  return shell.zk().call<NodeData>(
      [path](Client& client, Callback<NodeData> done) { client.get(path, false, std::move(done)); });
}

ErrorCode create(Shell& shell, const std::string& path, const std::string& data) {
  return shell.zk()
      .call<Created>(
          [=](Client& client, Callback<Created> done) { client.create(path, data, {}, std::move(done)); })
      .err;
}

ErrorCode remove(Shell& shell, const std::string& path) {
  return shell.zk()
      .call<Nothing>(
          [path](Client& client, Callback<Nothing> done) { client.remove(path, -1, std::move(done)); })
      .err;
}

// Creates what is missing of /zookeeper/quota<path>.
ErrorCode create_parents(Shell& shell, const std::string& path) {
  const std::string whole = kQuotaRoot + path;
  for (size_t end = std::string_view(kQuotaRoot).size(); end != std::string::npos;
       end = whole.find('/', end + 1)) {
    const ErrorCode err = create(shell, whole.substr(0, end), "");
    if (err != ErrorCode::ok && err != ErrorCode::node_exists) return err;
  }
  const ErrorCode err = create(shell, whole, "");
  return err == ErrorCode::node_exists ? ErrorCode::ok : err;
}

// A quota inside of a quota is one that ZooKeeper would not count: refuse it, naming the other one.
Result<std::string> other_quota(Shell& shell, const std::string& path) {
  for (std::string_view above = parent_path(path); above != "/"; above = parent_path(above)) {
    const std::string ancestor(above);
    if (read(shell, limits_path(ancestor))) return ancestor;
  }
  const auto below = list_subtree(shell.zk(), kQuotaRoot + path);
  if (!below) return std::string();
  for (const std::string& node : below.value) {
    if (!node.ends_with("/zookeeper_limits") || node == limits_path(path)) continue;
    return std::string(parent_path(node).substr(std::string_view(kQuotaRoot).size()));
  }
  return std::string();
}

// The limit that a flag means.
int64_t& limit_of(QuotaText& quota, char flag) {
  switch (flag) {
    case 'n':
      return quota.count;
    case 'b':
      return quota.bytes;
    case 'N':
      return quota.count_hard;
    default:
      return quota.bytes_hard;
  }
}
constexpr std::string_view kFlags = "nbNB";

ExitCode store(Shell& shell, const std::string& path, const QuotaText& quota, bool existed) {
  if (existed) {
    const auto set = shell.zk().call<Stat>([=](Client& client, Callback<Stat> done) {
      client.set(limits_path(path), quota.str(), -1, std::move(done));
    });
    return set ? ExitCode::ok : shell.refuse(set.err, path);
  }
  ErrorCode err = create_parents(shell, path);
  if (err == ErrorCode::ok) err = create(shell, limits_path(path), quota.str());
  if (err == ErrorCode::ok) err = create(shell, stats_path(path), QuotaText{0, 0, -1, -1}.str());
  return err == ErrorCode::ok ? ExitCode::ok : shell.refuse(err, path);
}

ExitCode set_quota(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  if (is_at_or_below(path, "/zookeeper") || path == "/")
    return shell.wrong_usage("setquota: no quota on " + path);
  const auto node = shell.zk().call<Stat>(
      [=](Client& client, Callback<Stat> done) { client.exists(path, false, std::move(done)); });
  if (!node) return shell.refuse(node.err, path);
  const auto other = other_quota(shell, path);
  if (!other->empty()) return shell.wrong_usage(fmt::format("setquota: {} has a quota already", *other));
  const auto current = read(shell, limits_path(path));
  QuotaText quota = QuotaText::parse(current.value.data);
  bool any = false;
  for (const char flag : kFlags) {
    const auto value = arguments.number(std::string{'-', flag});
    if (!value) return shell.wrong_usage("setquota: " + value.fault().message);
    if (*value) limit_of(quota, flag) = **value;
    any = any || value->has_value();
  }
  if (!any) return shell.wrong_usage("setquota: say what to limit: -n, -b, -N or -B");
  return store(shell, path, quota, current.err == ErrorCode::ok);
}

ExitCode list_quota(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  shell.complain("absolute path is " + limits_path(path));
  const auto limits = read(shell, limits_path(path));
  if (limits.err == ErrorCode::no_node) return shell.wrong_usage("quota for " + path + " does not exist.");
  if (!limits) return shell.refuse(limits.err, path);
  shell.print(fmt::format("Output quota for {} {}", path, limits.value.data));
  const auto stats = read(shell, stats_path(path));
  if (!stats) return shell.refuse(stats.err, path);
  shell.print(fmt::format("Output stat for {} {}", path, stats.value.data));
  return ExitCode::ok;
}

// Deletes the quota's nodes, and the parents that are empty then.
ExitCode drop(Shell& shell, const std::string& path) {
  for (const std::string& node : {limits_path(path), stats_path(path)}) {
    const ErrorCode err = remove(shell, node);
    if (err != ErrorCode::ok && err != ErrorCode::no_node) return shell.refuse(err, path);
  }
  std::string node = kQuotaRoot + path;
  while (node != kQuotaRoot && remove(shell, node) == ErrorCode::ok) node = std::string(parent_path(node));
  return ExitCode::ok;
}

ExitCode delete_quota(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const auto limits = read(shell, limits_path(path));
  if (limits.err == ErrorCode::no_node) return shell.wrong_usage("Quota does not exist for " + path);
  if (!limits) return shell.refuse(limits.err, path);
  QuotaText quota = QuotaText::parse(limits.value.data);
  bool any = false;
  for (const char flag : kFlags) {
    if (!arguments.has(std::string{'-', flag})) continue;
    limit_of(quota, flag) = -1;
    any = true;
  }
  return any && !quota.empty() ? store(shell, path, quota, true) : drop(shell, path);
}

}  // namespace

Family quota_commands() {
  return {"Quotas",
          {{"setquota",
            "PATH",
            "limit a subtree",
            {{"-n", "COUNT", "nodes: more are logged"},
             {"-b", "BYTES", "bytes of data: more are logged"},
             {"-N", "COUNT", "nodes: more are refused, if the server enforces quotas"},
             {"-B", "BYTES", "bytes of data: more are refused, likewise"}},
            {"setquota -n 1000 /app"},
            1,
            1,
            true,
            true,
            set_quota},
           {"listquota",
            "PATH",
            "print the limits of a subtree, and its use",
            {},
            {},
            1,
            1,
            true,
            true,
            list_quota},
           {"delquota",
            "PATH",
            "remove the limits of a subtree",
            {{"-n", "", "only this one"},
             {"-b", "", "only this one"},
             {"-N", "", "only this one"},
             {"-B", "", "only this one"}},
            {},
            1,
            1,
            true,
            true,
            delete_quota}}};
}

}  // namespace paddock::client::shell
