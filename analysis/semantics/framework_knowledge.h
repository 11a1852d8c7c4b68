// Of which classes frameworks keep one object for all calls, and which of its methods they call from any thread: a
// table.
//
// Methods are named as well as classes, for a framework that shares an object still runs some of its methods before it
// does. Classes whose objects are made for each request (views, forms, request handlers of servers) stay out.
#pragma once

#include <span>
#include <string_view>

namespace analysis {

/// A method as a class defines it; parameters without the receiver.
struct MethodShape {
  std::string_view name;
  std::span<const std::string_view> parameters;
};

/// Whether a framework calls such a method of one object for all requests, tasks or records, when its class, or one
/// that it derives from, has that name. `packages` are the top-level packages that the module imports.
[[nodiscard]] bool is_called_on_shared(std::string_view class_name, const MethodShape& method,
                                       std::span<const std::string_view> packages);

/// The same of a method that says it by itself, whatever its class is called: `__call__(environ, start_response)`.
[[nodiscard]] bool is_called_on_shared(const MethodShape& method);

/// Whether one object of a class of that name, or deriving from one, serves all requests for certain: middleware,
/// handlers of a server interface, the pages of an administration site.
[[nodiscard]] bool serves_every_request(std::string_view class_name);

/// Whether objects of a class of that name, or deriving from one, are made for one request: `ListView`, `TestCase`.
[[nodiscard]] bool is_made_per_request(std::string_view class_name);

/// Whether the name of a class says that its objects are kept and used for many calls: `Lexer`, `Directive`. A guess.
[[nodiscard]] bool outlives_calls(std::string_view class_name);

/// Whether a class is named for what its objects do rather than for what they are: `Generator`, `Walker`. Such objects
/// are often used again. A weaker guess.
[[nodiscard]] bool is_named_for_work(std::string_view class_name);

/// Whether a parameter or attribute of that name belongs to one request by all custom: `request`, `environ`.
[[nodiscard]] bool is_request_name(std::string_view name);

/// Whether a method of that name begins, ends or configures the use of an object rather than serving a call: `connect`,
/// `set_level`, `__iter__`.
[[nodiscard]] bool sets_object_up(std::string_view method);

}  // namespace analysis
