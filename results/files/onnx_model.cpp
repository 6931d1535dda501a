// Builds the graph node by node: scaler, layers, output function, units. One Gemm per layer with
// transposed weights, as PyTorch writes it: the form that OpenCV reads, too.
#include "results/files/onnx_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "onnx.pb.h"
#include "results/files/json_text.hpp"

namespace mlpgrid {
namespace {

constexpr int kIrVersion = 7;         // the version that belongs to opset 13
constexpr double kLeakySlope = 0.01;  // the engine's
constexpr const char* kRemedy = "export with --precision float64";

// Throws where neighbouring float32 numbers of a column's size are further apart than its values:
// no graph could tell these from each other.
void require_float32(const std::vector<double>& shift, const std::vector<double>& divisor,
                     const std::vector<std::string>& names, const char* what) {
  constexpr double kCoarsest = 1e-3;  // of the spread
  using Float = std::numeric_limits<float>;
  for (std::size_t i = 0; i < shift.size(); ++i) {
    const double spread = std::abs(divisor[i]);
    const auto largest = static_cast<float>(std::abs(shift[i]) + spread);
    const double step = std::nextafter(largest, Float::infinity()) - largest;
    if (step <= kCoarsest * spread && spread >= double{Float::min()}) continue;  // false for NaN
    throw std::invalid_argument(
        fmt::format("{} {} lies near {:.6g} and spreads over {:.3g}, but float32 numbers of that "
                    "size are {:.3g} "
                    "apart; {}, or subtract a number from it before the run",
                    what, i < names.size() ? fmt::format("'{}'", names[i]) : std::to_string(i),
                    shift[i], spread, step, kRemedy));
  }
}

// value - float32(value), for each value.
std::vector<double> rests_of_float(const std::vector<double>& values) {
  std::vector<double> rests;
  for (const double value : values) rests.push_back(value - double{static_cast<float>(value)});
  return rests;
}

// Builds the graph as a chain: node() takes the result of the node before as its input.
class Graph {
 public:
  Graph(onnx::GraphProto& graph, bool float64) : graph_(graph), float64_(float64) {}

  /// Adds a constant of this name, shape and row-major values.
  void constant(const std::string& name, const std::vector<double>& values,
                const std::vector<std::int64_t>& shape) {
    onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(element_type());
    for (const std::int64_t size : shape) tensor.add_dims(size);
    std::string& raw = *tensor.mutable_raw_data();  // little-endian, as x86-64 has it
    for (const double value : values) {
      const auto single = static_cast<float>(value);
      if (!float64_ && std::isfinite(value) && !std::isfinite(single)) {
        throw std::invalid_argument(fmt::format(
            "the model has the number {}, which float32 cannot hold; {}", value, kRemedy));
      }
      float64_ ? raw.append(reinterpret_cast<const char*>(&value), sizeof value)
               : raw.append(reinterpret_cast<const char*>(&single), sizeof single);
    }
  }

  onnx::NodeProto& node(const char* op, std::vector<std::string> inputs) {
    onnx::NodeProto& node = *graph_.add_node();
    node.set_op_type(op);
    node.set_name(fmt::format("{}_{}", op, graph_.node_size() - 1));
    for (std::string& input : inputs) node.add_input(std::move(input));
    node.add_output(node.name() + "_output");
    last_ = node.output(0);
    return node;
  }
  onnx::NodeProto& node(const char* op) { return node(op, {last_}); }
  /// Adds a node whose second input is a constant with one value per column.
  void node(const char* op, const std::string& name, const std::vector<double>& values) {
    constant(name, values, {static_cast<std::int64_t>(values.size())});
    node(op, {last_, name});
  }

  [[nodiscard]] const std::string& last() const { return last_; }
  [[nodiscard]] std::int32_t element_type() const {
    return float64_ ? onnx::TensorProto::DOUBLE : onnx::TensorProto::FLOAT;
  }
  /// Describes an input or output of N rows, N open.
  void describe(onnx::ValueInfoProto& info, const std::string& name, std::int64_t columns) const {
    info.set_name(name);
    auto& tensor = *info.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(element_type());
    tensor.mutable_shape()->add_dim()->set_dim_param("N");
    tensor.mutable_shape()->add_dim()->set_dim_value(columns);
  }

 private:
  onnx::GraphProto& graph_;
  bool float64_;
  std::string last_ = kOnnxInput;
};

void set_attribute(onnx::NodeProto& node, const char* name, std::int64_t value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

// ONNX Runtime implements LeakyRelu for float32 only; float64 uses max(z, slope * z).
void add_leaky_relu(Graph& graph) {
  if (graph.element_type() == onnx::TensorProto::FLOAT) {
    onnx::AttributeProto& slope = *graph.node("LeakyRelu").add_attribute();
    slope.set_name("alpha");
    slope.set_type(onnx::AttributeProto::FLOAT);
    slope.set_f(static_cast<float>(kLeakySlope));
    return;
  }
  const std::string z = graph.last();
  graph.node("Mul", fmt::format("slope_of_{}", z), {kLeakySlope});
  graph.node("Max", {z, graph.last()});
}

void add_activation(Graph& graph, const std::string& name) {
  if (name == "identity") return;
  if (name == "logistic") {
    graph.node("Sigmoid");
  } else if (name == "tanh") {
    graph.node("Tanh");
  } else if (name == "relu") {
    graph.node("Relu");
  } else if (name == "leaky_relu") {
    add_leaky_relu(graph);
  } else {
    throw std::invalid_argument(fmt::format("no ONNX form of the function '{}' is known", name));
  }
}

void add_layers(Graph& graph, const StoredModel& model) {
  for (std::size_t l = 0; l < model.weights.size(); ++l) {
    const auto n_in = static_cast<std::size_t>(model.layer_sizes[l]);
    const auto n_out = static_cast<std::size_t>(model.layer_sizes[l + 1]);
    std::vector<double> transposed(n_in * n_out);
    for (std::size_t i = 0; i < n_in; ++i) {
      for (std::size_t j = 0; j < n_out; ++j) {
        transposed[j * n_in + i] = model.weights[l][i * n_out + j];
      }
    }
    const std::string weights = fmt::format("weights_{}", l);
    const std::string biases = fmt::format("biases_{}", l);
    const auto rows = static_cast<std::int64_t>(n_out);
    graph.constant(weights, transposed, {rows, static_cast<std::int64_t>(n_in)});
    graph.constant(biases, model.biases[l], {rows});
    set_attribute(graph.node("Gemm", {graph.last(), weights, biases}), "transB", 1);
    if (l + 1 < model.weights.size()) add_activation(graph, model.activation);
  }
}

// Turns a single output into the probabilities of two classes, or of the only class that the model
// knows.
void add_pair(Graph& graph, bool from_tanh, bool only_first) {
  graph.constant("one", {1.0}, {1});
  if (from_tanh) {
    graph.node("Add", {graph.last(), "one"});
    graph.node("Mul", "half", {0.5});
  }
  const std::string p = graph.last();
  graph.node("Sub", {"one", p});
  if (only_first) return;
  set_attribute(graph.node("Concat", {graph.last(), p}), "axis", 1);
}

void add_output(Graph& graph, const StoredModel& model, const OnnxDescription& description) {
  if (model.output == "softmax") {
    set_attribute(graph.node("Softmax"), "axis", 1);
    return;
  }
  add_activation(graph, model.output == "linear" ? "identity" : model.output);
  if (!description.class_names.empty()) {
    add_pair(graph, model.output == "tanh", description.class_names.size() == 1);
  } else if (!description.value_divisor.empty()) {
    graph.node("Mul", "value_divisor", description.value_divisor);
    graph.node("Add", "value_shift", description.value_shift);
  }
}

void add_metadata(onnx::ModelProto& file, const char* key, const std::vector<std::string>& names) {
  if (names.empty()) return;
  onnx::StringStringEntryProto& entry = *file.add_metadata_props();
  entry.set_key(key);
  entry.set_value(json_text(names));
}

std::string doc_text(const OnnxDescription& description) {
  const bool classes = !description.class_names.empty();
  return fmt::format("{}{}Rows of features as they come, unscaled, to {}.", description.title,
                     description.title.empty() ? "" : ". ",
                     classes
                         ? "the probability of each class, in the order of the metadata class_names"
                         : "values in the units of the data");
}

}  // namespace

std::string onnx_output_name(const OnnxDescription& description) {
  return description.class_names.empty() ? "values" : "probabilities";
}

std::string onnx_model(const StoredModel& model, const OnnxDescription& description) {
  onnx::ModelProto file;
  file.set_ir_version(kIrVersion);
  file.set_producer_name("mlpgrid");
  file.set_producer_version(description.version);
  file.set_doc_string(doc_text(description));
  onnx::OperatorSetIdProto& opset = *file.add_opset_import();
  opset.set_domain("");
  opset.set_version(kOnnxOpset);
  add_metadata(file, "class_names", description.class_names);
  add_metadata(file, "feature_names", description.feature_names);
  add_metadata(file, "value_names", description.value_names);

  onnx::GraphProto& proto = *file.mutable_graph();
  proto.set_name("mlp");
  Graph graph(proto, description.float64);
  graph.describe(*proto.add_input(), kOnnxInput, model.layer_sizes.front());
  if (!description.float64) {
    require_float32(model.feature_shift, model.feature_divisor, description.feature_names,
                    "the column");
    require_float32(description.value_shift, description.value_divisor, description.value_names,
                    "the target");
  }
  if (!model.feature_divisor.empty()) {
    graph.node("Sub", "feature_shift", model.feature_shift);
    const std::vector<double> rests = rests_of_float(model.feature_shift);
    if (!description.float64 &&
        std::ranges::any_of(rests, [](double rest) { return rest != 0.0; })) {
      graph.node("Sub", "feature_shift_rest", rests);
    }
    graph.node("Div", "feature_divisor", model.feature_divisor);
  }
  add_layers(graph, model);
  add_output(graph, model, description);

  const std::string output = onnx_output_name(description);
  proto.mutable_node(proto.node_size() - 1)->set_output(0, output);
  const bool classes = !description.class_names.empty();
  graph.describe(*proto.add_output(), output,
                 classes ? static_cast<std::int64_t>(description.class_names.size())
                         : model.layer_sizes.back());
  return file.SerializeAsString();
}

}  // namespace mlpgrid
