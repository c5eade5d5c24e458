// Transaction: operations that happen all or not at all, and what each of them gave, by type:
//
//   Transaction order;
//   const auto node = order.create("/orders/o-", "new", CreateMode::persistent_sequential);
//   order.check("/open", -1);
//   Outcome<TransactionResults> done = co_await zk.async_commit(order, use_awaitable);
//   if (done) use(done.value[node].value.path);
//   else      explain(done.value.refused());   // the index of the operation at fault
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/client.h"

namespace paddock::client {

// One operation of a transaction that gives a T.
template <class T>
struct Step {
  size_t index = 0;
};

class Transaction {
 public:
  Step<Created> create(std::string path, NewData data, const CreateOptions& options = {}) {
    return add<Created>({OpCode::create, std::move(path), std::move(data), -1, options});
  }
  Step<Nothing> remove(std::string path, int32_t version = -1) {
    return add<Nothing>({OpCode::remove, std::move(path), {}, version, {}});
  }
  Step<Stat> set(std::string path, NewData data, int32_t version = -1) {
    return add<Stat>({OpCode::set_data, std::move(path), std::move(data), version, {}});
  }
  // Refused unless the node is there with this version.
  Step<Nothing> check(std::string path, int32_t version = -1) {
    return add<Nothing>({OpCode::check, std::move(path), {}, version, {}});
  }
  const std::vector<TxnOp>& ops() const { return ops_; }
  bool empty() const { return ops_.empty(); }

 private:
  template <class T>
  Step<T> add(TxnOp op) {
    ops_.push_back(std::move(op));
    return {ops_.size() - 1};
  }
  std::vector<TxnOp> ops_;
};

class TransactionResults {
 public:
  TransactionResults() = default;
  explicit TransactionResults(std::vector<TxnResult> results) : results_(std::move(results)) {}

  // `step`: of the transaction that was committed. connection_loss when no answer came.
  Outcome<Created> operator[](Step<Created> step) const {
    return result<Created>(step.index, [](const TxnResult& got) { return Created{got.path, got.stat}; });
  }
  Outcome<Stat> operator[](Step<Stat> step) const {
    return result<Stat>(step.index, [](const TxnResult& got) { return got.stat; });
  }
  Outcome<Nothing> operator[](Step<Nothing> step) const {
    return result<Nothing>(step.index, [](const TxnResult&) { return Nothing{}; });
  }
  // The operation for whose sake the transaction was refused.
  std::optional<size_t> refused() const {
    for (size_t i = 0; i < results_.size(); ++i) {
      if (results_[i].err != ErrorCode::ok) return i;
    }
    return std::nullopt;
  }

 private:
  template <class T, class Take>
  Outcome<T> result(size_t index, Take take) const {
    if (index >= results_.size()) return {ErrorCode::connection_loss, {}};
    const TxnResult& got = results_[index];
    return got.err == ErrorCode::ok ? Outcome<T>{ErrorCode::ok, take(got)} : Outcome<T>{got.err, {}};
  }
  std::vector<TxnResult> results_;
};

}  // namespace paddock::client
