# Puts style and scripts into the page and writes the whole as a C++ source:
#   cmake -DOUTPUT=FILE.cpp -DPAGE=page.html -DSTYLE=style.css "-DSCRIPTS=a.js;b.js" -P embed.cmake
# The first script is the chart library; it stands in an element of its own.
file(READ ${PAGE} page)
file(READ ${STYLE} style)
set(library)
set(scripts)
foreach(name IN LISTS SCRIPTS)
  file(READ ${name} script)
  if(script MATCHES "</script|<!--")
    message(FATAL_ERROR "${name} would end the page's script element")
  endif()
  if(library STREQUAL "")
    set(library "${script}")
  else()
    string(APPEND scripts "${script}")
  endif()
endforeach()

foreach(part style library scripts)
  string(FIND "${page}" "{{${part}}}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${PAGE} has no place for {{${part}}}")
  endif()
  string(REPLACE "{{${part}}}" "${${part}}" page "${page}")
endforeach()

file(WRITE ${OUTPUT} "// Written by report/page/embed.cmake.
#include \"results/report/page.hpp\"

namespace mlpgrid {
std::string_view report_page() {
  return R\"~report~(${page})~report~\";
}
}  // namespace mlpgrid
")
