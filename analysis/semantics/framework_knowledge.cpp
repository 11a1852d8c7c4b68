#include "analysis/semantics/framework_knowledge.h"

#include <algorithm>
#include <array>

namespace analysis {
namespace {

using namespace std::string_view_literals;

/// Lists are words with a blank on each side of each: " run __call__ ".
bool has_word(std::string_view list, std::string_view word) {
  for (std::size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
    if (0 < at && list[at - 1] == ' ' && list[at + word.size()] == ' ') return true;
  }
  return false;
}

bool has_word_beginning(std::string_view list, std::string_view word) {
  return std::ranges::any_of(std::array{"item_"sv, "prepare_"sv, "http_error_"sv, "visit_"sv},
                             [&](std::string_view stem) { return word.starts_with(stem) && has_word(list, stem); });
}

struct Row {
  std::string_view package;     // which the module imports; empty: any
  std::string_view class_name;  // the end of it; with `is_whole` all of it
  bool is_whole = false;
  std::string_view methods;     // a stem ends in `_` and stands for all that begin with it; "*" for all
  std::string_view parameters;  // one of which it has; empty: any
};

constexpr std::array rows{
    // Web frameworks.
    Row{"", "Middleware", false,
        " __call__ process_request process_view process_response process_exception process_template_response "
        "process_resource dispatch resolve ",
        ""},
    Row{"", "MiddlewareMixin", false, " process_request process_view process_response process_exception ", ""},
    Row{"", "WSGIHandler", false, " __call__ get_response ", ""},
    Row{"", "ModelAdmin", false, "*", " request "},
    Row{"", "AdminSite", false, "*", " request "},
    Row{"", "Sitemap", false, " items location lastmod changefreq priority get_urls paginator ", ""},
    Row{"", "Feed", true, " __call__ get_object items get_feed item_ title link description get_context_data ", ""},
    Row{"", "Node", false, " render ", " context "},
    Row{"", "Tag", true, " render_tag ", " context "},
    Row{"django", "Loader", false,
        " load_template load_template_source get_contents get_template get_template_sources ", ""},
    Row{"django", "Manager", true, " get_queryset get_query_set ", ""},
    Row{"", "Field", false,
        " get_prep_value get_db_prep_value get_db_prep_save from_db_value pre_save value_to_string ", ""},
    Row{"", "Storage", false, " save url exists size delete listdir ", " name "},
    Row{"", "Validator", false, " __call__ set_context ", ""},
    Row{"", "Default", false, " set_context ", ""},
    Row{"", "SearchIndex", false, " prepare full_prepare prepare_ update_object ", ""},
    Row{"tastypie", "Resource", false, "*", " request bundle "},
    Row{"tastypie", "Authorization", false, "*", " request bundle object_list "},
    Row{"tastypie", "Authentication", false, "*", " request "},
    Row{"piston", "Handler", false, " read create update delete ", " request "},
    Row{"", "SessionInterface", false, " open_session save_session ", ""},
    Row{"", "JSONProvider", false, " dumps loads response ", ""},
    Row{"", "Converter", false, " to_python to_url ", ""},
    Row{"", "SessionAuthenticationPolicy", false, "*", " request "},
    Row{"", "AuthenticationPolicy", false, "*", " request "},
    Row{"", "AuthorizationPolicy", false, " permits principals_allowed_by_permission ", ""},
    Row{"cherrypy", "Tool", true, " __call__ callable _setup ", ""},
    Row{"", "Filter", false,
        " on_start_resource before_request_body before_main before_finalize on_end_resource before_error_response "
        "after_error_response onStartResource beforeRequestBody beforeMain beforeFinalize onEndResource "
        "beforeErrorResponse afterErrorResponse ",
        ""},
    // Templates.
    Row{"jinja2", "Extension", true, " parse preprocess filter_stream ", ""},
    Row{"", "Directive", false, " __call__ ", " stream ctxt context "},
    // Tasks, servers and clients.
    Row{"celery", "Task", false, " run __call__ on_failure on_success on_retry after_return before_start ", ""},
    Row{"", "Servicer", false, "*", " context "},
    Row{"", "ThreadingMixIn", true, " process_request_thread finish_request ", ""},
    Row{"", "ThreadingTCPServer", true, " process_request_thread finish_request ", ""},
    Row{"", "AuthBase", true, " __call__ handle_401 handle_redirect handle_response ", ""},
    Row{"", "HTTPAdapter", true, " send get_connection build_response ", ""},
    // Logging calls filters and formatters of all threads' records; handlers are locked while they emit.
    Row{"", "Filter", false, " filter ", " record "},
    Row{"", "Formatter", false, " format formatTime formatException formatMessage ", " record ei "},
    Row{"", "LoggerAdapter", true, " process ", ""},
    // Databases and telemetry.
    Row{"", "TypeDecorator", true, " process_bind_param process_result_value process_literal_param ", ""},
    Row{"", "UserDefinedType", true, " process_bind_param process_result_value ", ""},
    Row{"", "SpanProcessor", false, " on_start on_end ", ""},
    Row{"", "Sampler", false, " should_sample sample ", ""},
    Row{"", "Exporter", false, " export ", ""},
};

bool is_row(const Row& row, const MethodShape& method) {
  if (row.methods != "*" && !has_word(row.methods, method.name) && !has_word_beginning(row.methods, method.name))
    return false;
  if (row.methods == "*" && method.name.starts_with("__")) return false;
  return row.parameters.empty() ||
         std::ranges::any_of(method.parameters, [&](std::string_view each) { return has_word(row.parameters, each); });
}

bool has_parameters(const MethodShape& method, std::string_view first, std::string_view second) {
  return 2 <= method.parameters.size() && method.parameters[0] == first && method.parameters[1] == second;
}

template <std::size_t Size>
bool ends_with_one_of(std::string_view text, const std::array<std::string_view, Size>& ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return text.ends_with(end); });
}

}  // namespace

bool is_called_on_shared(std::string_view class_name, const MethodShape& method,
                         std::span<const std::string_view> packages) {
  return std::ranges::any_of(rows, [&](const Row& row) {
    if (row.is_whole ? class_name != row.class_name : !class_name.ends_with(row.class_name)) return false;
    if (!row.package.empty() && std::ranges::find(packages, row.package) == packages.end()) return false;
    return is_row(row, method);
  });
}

bool is_called_on_shared(const MethodShape& method) {
  // A WSGI application, a Falcon resource, a WTForms validator, the context of a REST field's validator.
  if (method.name == "__call__" && has_parameters(method, "environ", "start_response")) return true;
  if (method.name == "__call__" && has_parameters(method, "form", "field")) return true;
  if (method.name == "set_context" && !method.parameters.empty() && method.parameters[0] == "serializer_field")
    return true;
  static constexpr std::array verbs{"on_get"sv, "on_post"sv, "on_put"sv, "on_delete"sv, "on_patch"sv, "on_head"sv};
  return std::ranges::find(verbs, method.name) != verbs.end() && has_parameters(method, "req", "resp");
}

bool serves_every_request(std::string_view class_name) {
  static constexpr std::array ends{"Middleware"sv, "MiddlewareMixin"sv, "WSGIHandler"sv,
                                   "ModelAdmin"sv, "AdminSite"sv,       "Servicer"sv};
  return ends_with_one_of(class_name, ends);
}

bool is_made_per_request(std::string_view class_name) {
  static constexpr std::array ends{"View"sv,    "ViewSet"sv,  "RequestHandler"sv, "TestCase"sv,  "Form"sv,
                                   "Request"sv, "Response"sv, "Exception"sv,      "Error"sv,     "Test"sv,
                                   "Tests"sv,   "Command"sv,  "ParseElement"sv,   "Connection"sv};
  return ends_with_one_of(class_name, ends);
}

bool outlives_calls(std::string_view class_name) {
  static constexpr std::array ends{
      "Lexer"sv,      "Directive"sv,   "Expression"sv, "Evaluator"sv, "Serializer"sv, "Marshaller"sv,  "Marshaler"sv,
      "Renderer"sv,   "Transformer"sv, "Validator"sv,  "Converter"sv, "Translator"sv, "Highlighter"sv, "Formatter"sv,
      "Dispatcher"sv, "Resolver"sv,    "Router"sv,     "Mapper"sv,    "Backend"sv,    "Service"sv,     "Registry"sv,
      "Cache"sv,      "Pool"sv,        "Engine"sv,     "Extension"sv, "Policy"sv,     "Tokenizer"sv};
  return ends_with_one_of(class_name, ends);
}

bool is_named_for_work(std::string_view class_name) {
  static constexpr std::array others{"Parameter"sv, "Number"sv,    "Buffer"sv, "Cursor"sv, "Header"sv, "Error"sv,
                                     "Iterator"sv,  "Container"sv, "Folder"sv, "Letter"sv, "Pointer"sv};
  return (class_name.ends_with("er") || class_name.ends_with("or")) && !ends_with_one_of(class_name, others);
}

bool is_request_name(std::string_view name) {
  static constexpr std::array names{"request"sv, "req"sv, "environ"sv, "http_request"sv, "current_request"sv};
  return std::ranges::find(names, name) != names.end();
}

bool sets_object_up(std::string_view method) {
  std::string_view word = method;
  if (word.starts_with("__")) return word != "__call__";
  word.remove_prefix(std::min(word.find_first_not_of('_'), word.size()));
  static constexpr std::array stems{
      "init"sv,   "set"sv,      "open"sv,     "connect"sv, "start"sv,      "config"sv,  "load"sv,   "reset"sv,
      "clear"sv,  "close"sv,    "stop"sv,     "add"sv,     "register"sv,   "bind"sv,    "attach"sv, "install"sv,
      "begin"sv,  "enter"sv,    "seek"sv,     "next"sv,    "feed"sv,       "update"sv,  "fit"sv,    "main"sv,
      "enable"sv, "disable"sv,  "activate"sv, "copy"sv,    "clone"sv,      "with_"sv,   "build"sv,  "create"sv,
      "make"sv,   "shutdown"sv, "finish"sv,   "end"sv,     "initialize"sv, "change"sv,  "select"sv, "login"sv,
      "use"sv,    "refresh"sv,  "reload"sv,   "flush"sv,   "insert"sv,     "append"sv,  "on_"sv,    "read"sv,
      "write"sv,  "send"sv,     "recv"sv,     "receive"sv, "put"sv,        "push"sv,    "pop"sv,    "remove"sv,
      "delete"sv, "resize"sv,   "move"sv,     "do_"sv,     "handle_"sv,    "visit_"sv,  "leave"sv,  "depart"sv,
      "p_"sv,     "from_"sv,    "prepare"sv,  "cmd"sv,     "switch"sv,     "replace"sv, "save"sv,   "swap"sv};
  return std::ranges::any_of(stems, [&](std::string_view stem) { return word.starts_with(stem); });
}

}  // namespace analysis
