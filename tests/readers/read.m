% What Octave's load finds: octave read.m FILE NAME...; the named members of the root as JSON.
% Its arrays are column-major with the dimensions reversed, so that its order is the file's.
1;

function show(path, value)
  if isstruct(value)
    for [member, name] = value
      show([path "/" name], member);
    end
    return
  end
  persistent comma = "";
  numbers = strjoin(arrayfun(@(x) sprintf("%.17g", x), double(value(:))', "UniformOutput", false), ",");
  numbers = strrep(strrep(numbers, "Inf", "Infinity"), "NA", "NaN");
  printf('%s"%s": {"shape": [%s], "values": [%s]}', comma, path,
         strjoin(arrayfun(@num2str, size(value), "UniformOutput", false), ","), numbers);
  comma = ",\n";
end

words = argv();
found = load(words{1}, words{2:end});
printf("{");
for [value, name] = found
  show(["/" name], value);
end
printf("}\n");
